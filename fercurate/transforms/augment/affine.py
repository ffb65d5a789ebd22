"""albumentations' ``Affine`` for pictures alone, without the matrix that moves bounding boxes."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_IDENTITY = np.eye(3)
_NEARLY = 1e-8 + 1e-5 * _IDENTITY
"""What numpy's ``allclose`` forgives, by which the parent leaves a picture as it is."""


@cache
def picture_affine() -> type[Any]:
    """Return a subclass of ``Affine`` that draws the same and makes the same pictures.

    It composes one matrix a picture where its parent composes two, and compares it with the
    identity at a tenth of the cost; both together take more than half of the parent's time. And it
    keeps the shift and the shear it drew, which its parent forgets. ``fit_output`` is not obeyed.
    """
    from albumentations import Affine  # noqa: PLC0415 (slow)
    from albumentations.augmentations.geometric import functional  # noqa: PLC0415

    class PictureAffine(Affine):  # type: ignore[misc,unused-ignore]
        def get_params_dependent_on_data(
            self, params: dict[str, Any], data: dict[str, Any]
        ) -> dict[str, Any]:
            drawn = {
                "translate": self._get_translate_params(params["shape"][:2]),
                "shear": self._get_shear_params(),
                "scale": self._get_scale(
                    self.scale, self.keep_ratio, self.balanced_scale, self.py_random
                ),
            }
            return {**drawn, "rotate": self.py_random.uniform(*self.rotate)}

        def apply(self, img: NDArray[np.uint8], **params: Any) -> NDArray[np.uint8]:
            size = img.shape[:2]
            moved = (params[name] for name in ("translate", "shear", "scale", "rotate"))
            matrix = functional.create_affine_transformation_matrix(*moved, functional.center(size))
            if (np.abs(matrix - _IDENTITY) <= _NEARLY).all():
                return img
            made: NDArray[np.uint8] = functional.warp_affine_with_value_extension(
                img, matrix[:2], size[::-1], self.interpolation, self.border_mode, self.fill
            )
            return made

    return PictureAffine
