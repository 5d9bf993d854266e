// A mutating webhook as kubebuilder's scaffold makes one, for Pods and Deployments: the object is decoded into its Go
// type, changed, encoded, and the patch is the difference of the two texts. It writes constant numbers, and knows no load
// balancer.
//
// Arguments: the port, and the folder of tls.crt and tls.key.
package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

const (
	sleepSeconds = 45
	graceSeconds = 75
)

type defaulter struct {
	decoder admission.Decoder
}

func (d *defaulter) Handle(_ context.Context, request admission.Request) admission.Response {
	var object runtime.Object
	var spec *corev1.PodSpec
	if request.Kind.Kind == "Pod" {
		pod := &corev1.Pod{}
		object, spec = pod, &pod.Spec
	} else {
		deployment := &appsv1.Deployment{}
		object, spec = deployment, &deployment.Spec.Template.Spec
	}
	if err := d.decoder.Decode(request, object); err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	setDefaults(spec)
	changed, err := json.Marshal(object)
	if err != nil {
		return admission.Errored(http.StatusInternalServerError, err)
	}
	return admission.PatchResponseFromRaw(request.Object.Raw, changed)
}

// What a user has set stays.
func setDefaults(spec *corev1.PodSpec) {
	for index := range spec.Containers {
		container := &spec.Containers[index]
		if container.Lifecycle == nil {
			container.Lifecycle = &corev1.Lifecycle{}
		}
		if container.Lifecycle.PreStop == nil {
			container.Lifecycle.PreStop = &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: sleepSeconds}}
		}
	}
	if grace := spec.TerminationGracePeriodSeconds; grace == nil || *grace < graceSeconds {
		longer := int64(graceSeconds)
		spec.TerminationGracePeriodSeconds = &longer
	}
}

func main() {
	ctrl.SetLogger(zap.New())
	port, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		panic(err)
	}
	server := webhook.NewServer(webhook.Options{Host: "127.0.0.1", Port: port, CertDir: os.Args[2]})
	server.Register("/mutate", &admission.Webhook{Handler: &defaulter{decoder: admission.NewDecoder(scheme)}})
	if err := server.Start(ctrl.SetupSignalHandler()); err != nil {
		panic(err)
	}
}
