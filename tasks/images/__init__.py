"""Where images come from: photographs, digits, CIFAR, folders, noise; one interface for all."""
