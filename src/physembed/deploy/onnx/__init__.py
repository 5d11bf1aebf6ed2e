"""A plan as a model of ONNX: real arithmetic, transforms as products, any number of cases."""
