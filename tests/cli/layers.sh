# A backbone's layers from both ends, at another width and size; what is no backbone, no size, no option.
tlrun layers
tlrun layers mobilenet_v2 alpha=0.35 input=97 | sed -n '1,5p; 150,$p'
tlrun layers mobilenet_v2 | tail -1
tlrun layers mobilenet_v2 input=32x64 --json | head -25
tlrun layers mobilenet_v3; echo "exit $?"
tlrun layers resnet; echo "exit $?"
tlrun layers mobilenet_v2 input=big; echo "exit $?"
tlrun layers mobilenet_v2 input=16; echo "exit $?"
tlrun layers mobilenet_v2 alpha=0; echo "exit $?"
tlrun layers mobilenet_v2 width=1; echo "exit $?"
tlrun layers mobilenet_v2 alpha; echo "exit $?"
