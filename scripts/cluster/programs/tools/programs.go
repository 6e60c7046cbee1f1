//go:build programs

// Package programs names what is built, so that the versions of all they need are kept in go.mod.
package programs

import (
	_ "github.com/coredns/coredns"
	_ "helm.sh/helm/v3/cmd/helm"
)
