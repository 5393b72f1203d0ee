# The experiments of the source: the folder itself is a night of three, the folders in it are run when they are
# named, and no two experiments share a name, because a comparison shows one result for each name.
cp -R "$SRCDIR/experiments" . && chmod -R u+w experiments
sed -i 's/weights: imagenet/weights: none/' experiments/frozen.yaml
sed -i "s/{weights: mobilenet_v2_weights.*}/{weights: none}/" experiments/cifar10/*.yaml
small="dataset.name=synthetic dataset.train_samples=200 dataset.test_samples=20"
accepted() { tlrun check "$@" 2>/dev/null | sed -n 's/: ok$//p'; }
accepted experiments $small dataset.image_size=32
accepted experiments/cifar10 $small dataset.image_size=32
accepted experiments/quickstart $small
accepted experiments/sweep $small
sed -n 's/^name: *//p' experiments/*.yaml experiments/*/*.yaml | sort | uniq -d
