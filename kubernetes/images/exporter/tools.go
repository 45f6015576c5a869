//go:build tools

// Package exporter keeps redis_exporter, which is a program, among the requirements of this module.
package exporter

import _ "github.com/oliver006/redis_exporter"
