// An application for the tests: it serves HTTP on PORT, and writes down when it began, when it was told to go, and when
// it went, on standard output. With LINGER_SECONDS it needs that long to end; without, it dies at once, as most do.
package main

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func say(event string) {
	fmt.Printf("{\"event\":%q,\"container\":%q,\"at\":%d}\n", event, os.Getenv("NAME"), time.Now().UnixMilli())
}

func main() {
	say("start")
	if port := os.Getenv("PORT"); port != "" {
		go http.ListenAndServe(":"+port, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintln(w, os.Getenv("NAME"))
		}))
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	<-asked
	say("SIGTERM")
	linger, _ := strconv.ParseFloat(os.Getenv("LINGER_SECONDS"), 64)
	time.Sleep(time.Duration(linger * float64(time.Second)))
	say("exit")
}
