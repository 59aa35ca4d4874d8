// Looks names up as Go programs do: NAME... -> a line each, `NAME addresses` or `NAME !error`.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
)

func word(err error) string {
	var failure *net.DNSError
	switch {
	case !errors.As(err, &failure):
		return "error"
	case failure.IsNotFound:
		return "not-found"
	case failure.IsTimeout:
		return "timeout"
	default:
		return "failure"
	}
}

func main() {
	for _, name := range os.Args[1:] {
		addresses, err := net.DefaultResolver.LookupNetIP(context.Background(), "ip", name)
		fmt.Print(name)
		if err != nil {
			fmt.Print(" !", word(err))
		}
		for _, address := range addresses {
			fmt.Print(" ", address.Unmap())
		}
		fmt.Println()
	}
}
