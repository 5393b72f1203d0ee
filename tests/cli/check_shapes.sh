# Shapes that do not fit are errors at the layer's line, with both shapes.
cat >shapes.yaml <<'END'
version: 1
dataset: {name: synthetic, image_size: 16}
model:
  layers:
    - conv2d: {filters: 8, kernel_size: 3, name: a}
    - conv2d: {filters: 4, kernel_size: 3, from: input, name: b}
    - add: {from: [a, b]}
    - dense: {units: 5, activation: softmax}
END
tlrun check shapes.yaml
echo "exit $?"
