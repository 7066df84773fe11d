"""Reads a workbook or an archive back with somebody else's reader, and prints what it found as JSON."""
import io
import json
import sys
import zipfile

kind, path = sys.argv[1:3]


def first_column(workbook):
    """The texts under the head of a sheet's first column."""
    import openpyxl

    rows = openpyxl.load_workbook(workbook, read_only=True).active.iter_rows(max_col=1, values_only=True)
    next(rows)
    return [row[0] for row in rows]


if kind == "xlsx":
    import openpyxl

    sheet = openpyxl.load_workbook(open(path, "rb")).active
    found = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]
elif kind == "zip":
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        found = {entry.filename: entry.file_size for entry in archive.infolist()}
else:
    # Workbooks in an archive: how many rows, and how many different keys.
    keys = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            keys += first_column(io.BytesIO(archive.read(name)))
    found = {"rows": len(keys), "keys": len(set(keys))}
print(json.dumps(found, ensure_ascii=False))
