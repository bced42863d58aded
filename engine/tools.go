//go:build tools

// Package engine pins wasmd: importing its command is what makes go.mod and go.sum cover everything the
// command needs. Nothing is compiled from here; engine/build builds the imported command itself.
package engine

import _ "github.com/CosmWasm/wasmd/cmd/wasmd"
