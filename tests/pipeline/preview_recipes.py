"""Recipes to preview: one for each kind of sheet."""

HEAD = """
version: 1
name: own
description: steps to look at
sources: [fer2013]
labels: {scheme: seven}
splits: {kind: native, train: [Training], test: [PublicTest, PrivateTest]}
seed: 5
"""
PLAIN = HEAD + "normalize: [{kind: grayscale}, {kind: resize, size: 48}]\n"
LIGHT = HEAD + (
    "normalize: [{kind: resize, size: 32}, {kind: gamma, exponent: 2}, {kind: clahe},"
    " {kind: rgb}]\n"
)
SMOTE = PLAIN + "balance: [{kind: smote, strategy: {angry: 20, fear: 30}, k_neighbors: 3}]\n"
COPIED = PLAIN + (
    "balance: [{kind: offline, times: 2, copies: [{kind: rotate, degrees: 90}, {kind: flip},"
    " {kind: albumentations, transform: Affine, rotate: [-20, 20]}]}]\n"
)
ONLINE = PLAIN + "online: {rotation: 20, horizontal_flip: true}\n"
