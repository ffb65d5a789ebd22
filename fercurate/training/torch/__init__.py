"""Networks in PyTorch.

requirements       what is not installed
reference_models   the published models, to the last parameter
models             building a model by name
backbones          networks of other libraries, with weights that the user has
loading            batches of an export
augmentation       changes of batches
optimizers         what changes weights: AdamW, Muon
loss               what rows are taught that allow several classes
loop               the epochs
checkpoint         what is kept of a run
train              the script train.py
evaluate           the script evaluate.py
predict            the script predict.py
export_onnx        the script export_onnx.py
"""
