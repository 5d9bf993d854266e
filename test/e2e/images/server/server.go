// An application for the tests: it serves HTTP on PORT, and writes down when it began, when it was told to go, and when
// it went, on standard output. With LINGER_SECONDS it needs that long to end; without, it dies at once, as most do.
// Asked for /allocate it takes memory until it is killed; asked for /exit it ends with code 3; asked for /wait?seconds=N
// it answers N seconds later.
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

// Memory counts against a limit once it has been written to.
func allocate() {
	var held [][]byte
	for {
		piece := make([]byte, 1<<20)
		for at := 0; at < len(piece); at += 4096 {
			piece[at] = 1
		}
		held = append(held, piece)
	}
}

func main() {
	say("start")
	if port := os.Getenv("PORT"); port != "" {
		http.HandleFunc("/allocate", func(http.ResponseWriter, *http.Request) { allocate() })
		http.HandleFunc("/exit", func(http.ResponseWriter, *http.Request) { os.Exit(3) })
		http.HandleFunc("/wait", func(_ http.ResponseWriter, r *http.Request) {
			seconds, _ := strconv.ParseFloat(r.URL.Query().Get("seconds"), 64)
			time.Sleep(time.Duration(seconds * float64(time.Second)))
		})
		http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintln(w, os.Getenv("NAME"))
		})
		go http.ListenAndServe(":"+port, nil)
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	<-asked
	say("SIGTERM")
	linger, _ := strconv.ParseFloat(os.Getenv("LINGER_SECONDS"), 64)
	time.Sleep(time.Duration(linger * float64(time.Second)))
	say("exit")
}
