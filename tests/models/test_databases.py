"""Which database is read; tests/faults has a real replica."""

import pytest
from django.db import transaction

from initiatives.models import Quote
from initiatives.models.databases import Router, read_alias, reading

pytestmark = pytest.mark.database


def test_only_reads_inside_the_block_use_a_replica():
    router = Router()
    with reading("replica1"):
        item = Quote()
        item._state.db = "replica1"
        assert router.db_for_read(Quote) == "replica1"
        assert router.db_for_write(Quote, instance=item) == "default"
        with reading():
            assert router.db_for_read(Quote) == "default"
        assert router.db_for_read(Quote) == "replica1"
    # An item loaded from a replica and used later is read from the primary.
    assert router.db_for_read(Quote, instance=item) == "default"


def test_replicas_are_not_migrated():
    assert Router().allow_migrate("default", "initiatives")
    assert not Router().allow_migrate("replica1", "initiatives")


@pytest.mark.django_db(transaction=True)
def test_a_transaction_reads_what_it_wrote():
    with reading("replica1"):
        with transaction.atomic():
            assert read_alias() == "default"
        assert read_alias() == "replica1"
