"""What somebody wants of a first recipe, and its text with a comment on every line to think about.

The text is read again by the loader before it is written, so it is never a recipe with faults.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from fercurate.recipe.loader import LoadedRecipe, parse_recipe

Classes = Literal["seven", "eight", "five", "five_basic"]
Screening = Literal["none", "lenient", "balanced", "strict"]
Balancing = Literal["none", "weights", "smote", "copies"]
Splitting = Literal["native", "random", "folds"]

CLASSES, SCREENING, BALANCING, SPLITTING = (
    get_args(one) for one in (Classes, Screening, Balancing, Splitting)
)

NATIVE: dict[str, tuple[str, ...]] = {
    "train": ("Training",),
    "val": ("PublicTest",),
    "test": ("PrivateTest",),
}
"""Native splits as FER-2013 has them."""


@dataclass(frozen=True)
class RecipeDraft:
    """What is wanted: of which ``sources``, in which classes, and what is done to them.

    ``native`` are the native splits that make up train, val and test, for ``splits: native``.
    """

    name: str = "my_set"
    sources: tuple[str, ...] = ("fer2013",)
    classes: Classes = "seven"
    size: int = 48
    splits: Splitting = "native"
    native: Mapping[str, Sequence[str]] = field(default_factory=lambda: NATIVE)
    screen: Screening = "none"
    balance: Balancing = "none"
    leaks: bool = True

    def loaded(self) -> LoadedRecipe:
        """The recipe, checked.

        Raises:
            RecipeError: an answer does not fit: a name with blanks, say.
        """
        return parse_recipe("\n".join(self._lines()) + "\n", self.name)

    def _lines(self) -> Iterator[str]:
        yield "# Every key is explained in docs/recipes.md; look at what it does before you build:"
        yield f"#   fercurate preview --recipe {self.name}.yaml"
        yield "version: 1"
        yield f"name: {self.name}"
        yield f"description: {', '.join(self.sources)} in the classes of {self.classes}"
        yield f"sources: [{', '.join(self.sources)}]"
        yield "labels:"
        yield f"  scheme: {self.classes}  # or classes of your own: {{name: ..., classes: ...}}"
        yield from self._screen_lines()
        yield from self._split_lines()
        yield "normalize:  # the same for every split"
        yield "  - {kind: grayscale}  # or rgb"
        yield f"  - {{kind: resize, size: {self.size}, fit: pad}}  # or crop, for what is no square"
        yield "  # - {kind: clahe}  # evens out light; others in docs/illumination.md"
        yield from self._balance_lines()
        yield "seed: 0"

    def _screen_lines(self) -> Iterator[str]:
        if self.screen == "none":
            yield "# screen: {preset: balanced}  # leaves out hidden, drawn and missing faces"
            return
        yield "screen:"
        yield f"  preset: {self.screen}  # docs/screening.md says what it finds and what it costs"
        if self.splits == "native":
            yield "  splits: [train, val]  # test stays as published"

    def _split_lines(self) -> Iterator[str]:
        yield "splits:"
        if self.splits == "folds":
            yield "  kind: stratified_kfold  # people and copies stay together"
            yield "  folds: 5"
            if self.balance == "smote":
                yield "  fold_files: true  # so that no mixture holds a picture that is tested"
            return
        if self.splits == "random":
            yield "  kind: grouped_stratified  # people, recordings and copies stay together"
            yield from ("  train: 0.8", "  val: 0.1", "  test: 0.1")
        else:
            yield "  kind: native  # as the corpus has them"
            for split, names in self.native.items():
                yield f"  {split}: [{', '.join(names)}]"
        if self.leaks and self.splits == "native":
            yield "leaks: drop_train  # what val or test has as well leaves train"

    def _balance_lines(self) -> Iterator[str]:
        if self.balance == "weights":
            yield "class_weights: balanced  # rare classes count more in the loss"
        if self.balance not in ("smote", "copies"):
            return
        yield "balance:  # of train alone, after splitting"
        if self.balance == "smote":
            yield "  - {kind: smote, k_neighbors: 5}  # mixtures of neighbors, for equal classes"
        else:
            yield "  - kind: offline"
            yield "    strategy: not majority  # without it, large classes grow as well"
            yield "    copies:"
            yield "      - {kind: flip}"
            yield "      - {kind: albumentations, transform: Affine, rotate: [-10, 10]}"
