enum KubernetesClientSeed {}
