// The least that a mutating webhook in Go with typical means is: net/http and encoding/json. Of the object only the
// containers are read, and the patch is written by hand. It writes constant numbers, and knows no load balancer. No log,
// no metric.
//
// Arguments: the port, and the folder of tls.crt and tls.key.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
)

const (
	sleepSeconds = 45
	graceSeconds = 75
	// As the API server's limit for one object, twice, and its wrapping.
	bodyLimit = 8 << 20
)

type podSpec struct {
	Grace      *int64 `json:"terminationGracePeriodSeconds"`
	Containers []struct {
		Lifecycle *struct {
			PreStop json.RawMessage `json:"preStop"`
		} `json:"lifecycle"`
	} `json:"containers"`
}

type review struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Request    *struct {
		UID  string `json:"uid"`
		Kind struct {
			Kind string `json:"kind"`
		} `json:"kind"`
		Object json.RawMessage `json:"object"`
	} `json:"request,omitempty"`
	Response *response `json:"response,omitempty"`
}

type response struct {
	UID       string `json:"uid"`
	Allowed   bool   `json:"allowed"`
	PatchType string `json:"patchType,omitempty"`
	Patch     []byte `json:"patch,omitempty"`
}

type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// Where the Pod's spec stands in the object, and what it says.
func specIn(kind string, object []byte) (string, podSpec, error) {
	if kind == "Pod" {
		var pod struct{ Spec podSpec }
		err := json.Unmarshal(object, &pod)
		return "/spec", pod.Spec, err
	}
	var workload struct{ Spec struct{ Template struct{ Spec podSpec } } }
	err := json.Unmarshal(object, &workload)
	return "/spec/template/spec", workload.Spec.Template.Spec, err
}

func patchFor(at string, spec podSpec) []operation {
	var patch []operation
	hook := map[string]any{"sleep": map[string]any{"seconds": sleepSeconds}}
	for index, container := range spec.Containers {
		path := fmt.Sprintf("%s/containers/%d/lifecycle", at, index)
		switch {
		case container.Lifecycle == nil:
			patch = append(patch, operation{"add", path, map[string]any{"preStop": hook}})
		case len(container.Lifecycle.PreStop) == 0:
			patch = append(patch, operation{"add", path + "/preStop", hook})
		}
	}
	if spec.Grace == nil || *spec.Grace < graceSeconds {
		patch = append(patch, operation{"add", at + "/terminationGracePeriodSeconds", graceSeconds})
	}
	return patch
}

func mutate(writer http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(writer, request.Body, bodyLimit))
	if err != nil {
		http.Error(writer, err.Error(), http.StatusBadRequest)
		return
	}
	var asked review
	if err := json.Unmarshal(body, &asked); err != nil || asked.Request == nil {
		http.Error(writer, "expected an AdmissionReview", http.StatusBadRequest)
		return
	}
	at, spec, err := specIn(asked.Request.Kind.Kind, asked.Request.Object)
	if err != nil {
		http.Error(writer, err.Error(), http.StatusBadRequest)
		return
	}
	answer := response{UID: asked.Request.UID, Allowed: true}
	if patch := patchFor(at, spec); len(patch) > 0 {
		text, err := json.Marshal(patch)
		if err != nil {
			http.Error(writer, err.Error(), http.StatusInternalServerError)
			return
		}
		answer.PatchType, answer.Patch = "JSONPatch", text
	}
	text, err := json.Marshal(review{APIVersion: asked.APIVersion, Kind: asked.Kind, Response: &answer})
	if err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	writer.Header().Set("Content-Type", "application/json")
	writer.Header().Set("Content-Length", strconv.Itoa(len(text)))
	if _, err := writer.Write(text); err != nil {
		log.Print(err)
	}
}

func main() {
	folder := os.Args[2]
	http.HandleFunc("/mutate", mutate)
	log.Fatal(http.ListenAndServeTLS(
		"127.0.0.1:"+os.Args[1], filepath.Join(folder, "tls.crt"), filepath.Join(folder, "tls.key"), nil,
	))
}
