# All errors of a file at once, with line, column, caret and cure; exit 2; nothing is written.
cat >bad.yaml <<'END'
version: 1
name: bad
dataset: {name: synthetic, validation_split: 1.5}
model:
  layers:
    - conv2d: {filtres: 32, kernel_size: 3}
    - flatten
    - dense: {units: num_classes, activation: sofmax}
training:
  epochs: many
  lr: 0.1
END
tlrun check bad.yaml
echo "exit $?; files: $(ls)"
