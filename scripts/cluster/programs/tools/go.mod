module tengen.test/tools

go 1.26.0

require (
	github.com/coredns/coredns v1.14.7
	helm.sh/helm/v3 v3.20.2
)
