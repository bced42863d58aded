//go:build tools

// Package composecli pins docker compose: ci/compose builds the imported command where none is installed.
package composecli

import _ "github.com/docker/compose/v2/cmd"
