"""The designs that ours is compared with, and their indexes."""

import time

from tqdm import tqdm

from benchmark.database import analyse
from benchmark.models import Built
from benchmark.peers.base import Peer
from benchmark.peers.modelsearch import ModelSearch
from benchmark.peers.plain import Plain


def prepared(record: Built) -> list[Peer]:
    """Return the designs, each with its index built; what an earlier run built is used again."""
    peers = [Plain(), ModelSearch()]
    for peer in peers:
        if not Built.objects.filter(what=peer.name).exists():
            _build(peer, record)
    return peers


def _build(peer: Peer, record: Built) -> None:
    start = time.perf_counter()
    with tqdm(total=record.size, desc=peer.name, unit="quote", disable=None) as bar:
        peer.build(bar.update)
    seconds = time.perf_counter() - start
    Built.objects.create(what=peer.name, size=record.size, seed=record.seed, indexing=seconds)
    analyse()
