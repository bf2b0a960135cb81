"""The image networks of compare_networks.py in PyTorch, and how it runs and trains them."""
import torch
from torch import nn
from torch.nn import functional as F


def convolution(inputs, outputs, size, stride=1):
    """With bias, as Keras's ResNet50 has it, and a batch normalization."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, stride, size // 2),
                         nn.BatchNorm2d(outputs, eps=1.001e-5))


class Bottleneck(nn.Module):
    """Keras's residual block of version 1: the stride is the first convolution's."""

    def __init__(self, inputs, width, stride, projected):
        super().__init__()
        self.reduce = convolution(inputs, width, 1, stride)
        self.middle = convolution(width, width, 3)
        self.expand = convolution(width, 4 * width, 1)
        self.shortcut = convolution(inputs, 4 * width, 1, stride) if projected else None

    def forward(self, x):
        y = F.relu(self.reduce(x), inplace=True)
        y = self.expand(F.relu(self.middle(y), inplace=True))
        return F.relu(y + (x if self.shortcut is None else self.shortcut(x)), inplace=True)


def resnet50():
    stages = [convolution(3, 64, 7, 2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    channels = 64
    for stage, (width, blocks) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)]):
        for block in range(blocks):
            stride = 2 if block == 0 and stage > 0 else 1
            stages.append(Bottleneck(channels, width, stride, block == 0))
            channels = 4 * width
    return nn.Sequential(*stages, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1000))


def small():
    return nn.Sequential(nn.Conv2d(1, 32, 3), nn.BatchNorm2d(32), nn.ReLU(inplace=True),
                         nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.BatchNorm2d(64),
                         nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                         nn.Linear(64, 10))


NETWORKS = {"resnet50": resnet50, "small": small}


def head_trainer(threads):
    """A function that trains a new head, batch by batch, on what the frozen ResNet-50 gives."""
    torch.set_num_threads(threads)
    base = resnet50()[:-1].to(memory_format=torch.channels_last).eval()
    head = nn.Linear(2048, 10)
    optimizer = torch.optim.Adam(head.parameters(), fused=True)

    def train(pictures, classes, batch):
        x, y = torch.from_numpy(pictures).permute(0, 3, 1, 2), torch.from_numpy(classes)
        for rows, labels in zip(x.split(batch), y.split(batch)):
            with torch.no_grad():
                features = base(rows)
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(head(features), labels).backward()
            optimizer.step()
    return train


def step_of(net, kind, pictures, threads):
    """A function that predicts, or trains one batch with Adam; pictures: NHWC float32."""
    torch.set_num_threads(threads)
    model = NETWORKS[net]().to(memory_format=torch.channels_last)
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2)  # channels last in memory
    if kind != "train":
        model.eval()

        def predict():
            with torch.inference_mode():
                model(x)
        return predict
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    y = torch.zeros(len(x), dtype=torch.long)

    def train():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
    return train
