"""Transforms of albumentations that no recipe can use, for they need more than the picture."""

_BOXES = "bounding boxes"
_FUNCTION = "a function"
_MASK = "a mask"
_OTHERS = "other transforms"
_PICTURES = "other pictures"
_VOLUME = "a volume of many slices"

REFUSED: dict[str, str] = {
    "AtLeastOneBBoxRandomCrop": _BOXES,
    "BBoxSafeRandomCrop": _BOXES,
    "CenterCrop3D": _VOLUME,
    "CoarseDropout3D": _VOLUME,
    "Compose": _OTHERS,
    "ConstrainedCoarseDropout": _MASK,
    "CropNonEmptyMaskIfExists": _MASK,
    "CubicSymmetry": _VOLUME,
    "FDA": _PICTURES,
    "HistogramMatching": _PICTURES,
    "Lambda": _FUNCTION,
    "MaskDropout": _MASK,
    "Mosaic": _PICTURES,
    "OneOf": _OTHERS,
    "OneOrOther": _OTHERS,
    "OverlayElements": _PICTURES,
    "Pad3D": _VOLUME,
    "PadIfNeeded3D": _VOLUME,
    "PixelDistributionAdaptation": _PICTURES,
    "RandomCrop3D": _VOLUME,
    "RandomCropNearBBox": _BOXES,
    "RandomOrder": _OTHERS,
    "RandomSizedBBoxSafeCrop": _BOXES,
    "ReplayCompose": _OTHERS,
    "SelectiveChannelTransform": _OTHERS,
    "Sequential": _OTHERS,
    "SomeOf": _OTHERS,
    "TextImage": "a font file",
    "ToTensor3D": _VOLUME,
    "ToTensorV2": "PyTorch, for it makes no picture but a tensor",
}
"""What each of them needs, in words."""

REFUSED_PARAMETERS: dict[tuple[str, str], str] = {
    ("Equalize", "mask"): "a mask or a function",
    ("Equalize", "mask_params"): "arguments of a function",
}
"""Parameters of usable transforms that take what no recipe can hold."""
