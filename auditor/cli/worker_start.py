"""What each worker needs, loaded once by the process that workers of this machine are copies of. Nobody else imports it.

In: nothing. Out: modules and the catalog in memory, which the workers share instead of loading them one after the other.
"""

import gc
import logging

import distributed
import pandas
import pyarrow.compute
import pyarrow.parquet

from auditor import knowledge, pipeline
from auditor.catalog import register_file
from auditor.cli import one_audit

LOADED = (distributed, pandas, pyarrow.compute, pyarrow.parquet, one_audit, pipeline)

for name in register_file.names():
    knowledge.load(name)
logging.disable(logging.CRITICAL)  # what goes wrong is said once, and by us; what ends while it speaks, not at all
gc.collect()
gc.freeze()
