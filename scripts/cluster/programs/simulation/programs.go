//go:build programs

// Package programs names what is built, so that the versions of all they need are kept in go.mod.
package programs

import _ "sigs.k8s.io/kwok/cmd/kwok"
