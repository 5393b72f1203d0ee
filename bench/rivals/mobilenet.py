"""MobileNetV2, alpha 1.0, without its classifier, as PyTorch modules in order; random weights."""
from torch import nn

# expansion, channels, blocks, stride of the first (Sandler et al. 2018, table 2)
STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))


def unit(cin, cout, kernel, stride=1, groups=1, act=True):
    layers = [nn.Conv2d(cin, cout, kernel, stride, kernel // 2, groups=groups, bias=False),
              nn.BatchNorm2d(cout, eps=1e-3, momentum=1e-3)]
    return layers + [nn.ReLU6(inplace=True)] if act else layers


class InvertedResidual(nn.Module):
    def __init__(self, cin, cout, stride, expansion):
        super().__init__()
        wide = cin * expansion
        layers = unit(cin, wide, 1) if expansion > 1 else []
        layers += unit(wide, wide, 3, stride, wide) + unit(wide, cout, 1, act=False)
        self.body = nn.Sequential(*layers)
        self.residual = stride == 1 and cin == cout

    def forward(self, x):
        return x + self.body(x) if self.residual else self.body(x)


def blocks():
    """The stem, 17 blocks, the last convolution."""
    modules = [nn.Sequential(*unit(3, 32, 3, 2))]
    cin = 32
    for expansion, cout, count, stride in STAGES:
        for i in range(count):
            modules.append(InvertedResidual(cin, cout, stride if i == 0 else 1, expansion))
            cin = cout
    modules.append(nn.Sequential(*unit(cin, 1280, 1)))
    return modules
