"""The same step in PyTorch, eager."""
import sys
import time
import torch
from torch import nn

torch.set_num_threads(int(sys.argv[2]))
model = nn.Sequential(nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10))
optimizers = {
    'sgd': lambda: torch.optim.SGD(model.parameters(), lr=1e-6, momentum=0.9, weight_decay=5e-4),
    'adam': lambda: torch.optim.Adam(model.parameters(), lr=1e-6),
}
optimizer = optimizers[sys.argv[1]]()
x, y = torch.rand(128, 784), torch.arange(128) % 10


def step():
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


def warm_up():
    for _ in range(3):
        step()


warm_up()
print('ready', flush=True)
for line in sys.stdin:
    warm_up()
    start = time.perf_counter()
    for _ in range(int(line)):
        step()
    print(time.perf_counter() - start, flush=True)
