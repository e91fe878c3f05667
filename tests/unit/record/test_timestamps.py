from auditor.record.timestamps import iso_time


def test_nine_decimals_and_z() -> None:
    assert iso_time(0) == "1970-01-01T00:00:00.000000000Z"
    assert iso_time(1_700_000_000_000_000_001) == "2023-11-14T22:13:20.000000001Z"
