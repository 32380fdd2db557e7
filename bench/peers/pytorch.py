"""The same step in PyTorch, eager."""
import resource
import sys
import time
import torch
from torch import nn
from torch.nn import functional as F

NET, OPTIMIZER, THREADS = sys.argv[1:4]
torch.set_num_threads(int(THREADS))


def convolution(inputs, outputs, stride=1):
    return [nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)]


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.path = nn.Sequential(*convolution(inputs, outputs, stride), nn.ReLU(), *convolution(outputs, outputs))
        self.stride, self.added = stride, outputs - inputs

    def forward(self, x):
        shortcut = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, self.added)) if self.stride > 1 else x
        return F.relu(self.path(x) + shortcut)


def resnet20():
    layers, inputs = [*convolution(3, 16), nn.ReLU()], 16
    for stage, outputs in enumerate((16, 32, 64)):
        for block in range(3):
            layers.append(Block(inputs, outputs, 2 if stage and not block else 1))
            inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def bnn():
    layers, inputs = [], 3
    for i, outputs in enumerate((128, 128, 256, 256, 512, 512)):
        layers += [nn.Conv2d(inputs, outputs, 3, 1, 1)] + [nn.MaxPool2d(2)] * (i % 2) + [nn.BatchNorm2d(outputs), nn.Hardtanh()]
        inputs = outputs
    dense = [part for inputs in (8192, 1024) for part in (nn.Linear(inputs, 1024), nn.BatchNorm1d(1024), nn.Hardtanh())]
    return nn.Sequential(*layers, nn.Flatten(), *dense, nn.Linear(1024, 10))


NETS = {
    'lenet300': (128, (784,), lambda: nn.Sequential(nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10))),
    'lenet5': (128, (1, 28, 28), lambda: nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10))),
    'resnet20': (128, (3, 32, 32), resnet20),
    'bnn': (50, (3, 32, 32), bnn),
}


class Words(nn.Module):
    def __init__(self, vocabulary=10000, units=300):
        super().__init__()
        self.embedding, self.lstm, self.softmax = nn.Embedding(vocabulary, units), nn.LSTM(units, units), nn.Linear(units, vocabulary)

    def forward(self, words, state):
        outputs, state = self.lstm(self.embedding(words), state)
        return self.softmax(outputs).flatten(0, 1), state


if NET == 'words':
    model = Words()
else:
    batch, shape, create = NETS[NET]
    model = create()
optimizers = {
    'sgd': lambda: torch.optim.SGD(model.parameters(), lr=1e-6, momentum=0.9, weight_decay=5e-4),
    'adam': lambda: torch.optim.Adam(model.parameters(), lr=1e-6),
    'plain': lambda: torch.optim.SGD(model.parameters(), lr=1e-6),
}
optimizer = optimizers[OPTIMIZER]()
if NET == 'words':
    x, y = torch.randint(10000, (35, 20)), torch.randint(10000, (700,))
    state = torch.zeros(1, 20, 300), torch.zeros(1, 20, 300)
else:
    x, y = torch.rand(batch, *shape), torch.arange(batch) % 10


def words():
    global state
    optimizer.zero_grad()
    logits, after = model(x, state)
    loss = F.cross_entropy(logits, y)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5)
    optimizer.step()
    state = after[0].detach(), after[1].detach()
    return loss.item()


def step():
    if NET == 'words':
        return words()
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


for _ in range(3):
    step()
print('ready 0', flush=True)
for line in sys.stdin:
    if line.strip() == 'memory':
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
        continue
    step()
    start = time.perf_counter()
    for _ in range(int(line)):
        step()
    print(time.perf_counter() - start, flush=True)
