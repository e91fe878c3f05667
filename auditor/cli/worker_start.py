"""What each worker needs, loaded once by the process that workers of this machine are copies of. Nobody else imports it.

In: nothing. Out: modules and the catalog in memory, which the workers share instead of loading them one after the other.
"""

import gc

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
gc.collect()
gc.freeze()
