"""Which designs are compared on the database in use, and their indexes."""

import time
from collections.abc import Collection

from django.db import connection
from tqdm import tqdm

from benchmark.database import analyse
from benchmark.models import Built
from benchmark.peers.base import Peer
from benchmark.peers.modelsearch import ModelSearch, ModelSearchAsShipped
from benchmark.peers.plain import Plain

# By the names that the command line has for them.
PEERS: dict[str, type[Peer]] = {"plain": Plain, "modelsearch": ModelSearch, "shipped": ModelSearchAsShipped}


def prepared(record: Built, names: Collection[str]) -> list[Peer]:
    """Return the designs of some names, each with its index built; what an earlier run built is used again.

    Only PostgreSQL has anything else to ship.
    """
    chosen = [name for name in PEERS if name in names and (name != "shipped" or connection.vendor == "postgresql")]
    # As shipped it has the same rows.
    for name in dict.fromkeys("modelsearch" if name == "shipped" else name for name in chosen):
        peer = PEERS[name]()
        if not Built.objects.filter(what=peer.name).exists():
            _build(peer, record)
    return [PEERS[name]() for name in chosen]


def _build(peer: Peer, record: Built) -> None:
    start = time.perf_counter()
    with tqdm(total=record.size, desc=peer.name, unit="quote", disable=None) as bar:
        peer.build(bar.update)
    seconds = time.perf_counter() - start
    Built.objects.create(what=peer.name, size=record.size, seed=record.seed, indexing=seconds)
    analyse()
