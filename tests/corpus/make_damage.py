#!/usr/bin/env python3
"""Makes the damaged twins of files in tests/corpus/file, and files of programs that write in ways of their own, with
nothing but Python. Run by hand; what it makes is committed.

    python3 tests/corpus/make_damage.py tests/corpus/file
"""
import base64
import io
import pathlib
import struct
import sys
import zipfile

OUT = pathlib.Path(sys.argv[1])
CUT_HERE = 0.5


def put(name, data, remark):
    (OUT / name).write_bytes(data)
    expect = OUT / f"{name}.expect"
    if not expect.exists():
        expect.write_text(f"# {remark}\n")


def read(name):
    return (OUT / name).read_bytes()


def flipped(archive, member):
    """One byte in the middle of a member's compressed bytes is another."""
    info = zipfile.ZipFile(io.BytesIO(archive)).getinfo(member)
    lengths = struct.unpack("<HH", archive[info.header_offset + 26 : info.header_offset + 30])
    place = info.header_offset + 30 + sum(lengths) + info.compress_size // 2
    return archive[:place] + bytes([archive[place] ^ 0xFF]) + archive[place + 1 :]


def rewritten(archive, change):
    """The same archive with other bytes in its members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for info in zipfile.ZipFile(io.BytesIO(archive)).infolist():
            data = zipfile.ZipFile(io.BytesIO(archive)).read(info)
            name, data = change(info.filename, data)
            copy = zipfile.ZipInfo("x", (2023, 5, 16, 9, 0, 0))
            copy.filename, copy.compress_type = name, zipfile.ZIP_DEFLATED
            z.writestr(copy, data)
    return out.getvalue()


def ending_early(archive, member):
    return rewritten(archive, lambda name, data: (name, data[: int(len(data) * CUT_HERE)] if name == member else data))


def one_file_page(html):
    """What Word and Excel call a single file web page."""
    page = base64.encodebytes(html.encode()).decode()
    return f"""MIME-Version: 1.0
X-Document-Type: {"Workbook" if "<table" in html else "Document"}
Content-Type: multipart/related; boundary="----=_NextPart_01D98A00.00000000"

This document is a Single File Web Page, also known as a Web Archive file.

------=_NextPart_01D98A00.00000000
Content-Location: file:///C:/00000000/a.htm
Content-Transfer-Encoding: base64
Content-Type: text/html; charset="utf-8"

{page}
------=_NextPart_01D98A00.00000000
Content-Location: file:///C:/00000000/a.files/filelist.xml
Content-Transfer-Encoding: quoted-printable
Content-Type: text/xml; charset="utf-8"

<xml xmlns:o=3D"urn:schemas-microsoft-com:office:office"></xml>
------=_NextPart_01D98A00.00000000--
""".encode()


REPORT = "<html><head><title>x</title></head><body><h1>某某职业学院2023年职业教育活动周总结</h1><p>活动周期间，学院组织开放日2场。</p></body></html>"
TABLE = "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><body><table><tr><td>填报单位</td><td>教师数</td></tr><tr><td>某某职业学院</td><td>120</td></tr></table></body></html>"

put("docx-one-byte-wrong.docx", flipped(read("docx-plain.docx"), "word/document.xml"), "its text cannot be unpacked to the end")
put("docx-text-ends-early.docx", ending_early(read("docx-plain.docx"), "word/document.xml"), "a whole zip, but its text breaks off")
put("pptx-slide-ends-early.pptx", ending_early(read("pptx-slides-in-order.pptx"), "ppt/slides/slide2.xml"), "one of its slides breaks off")
put("odt-text-ends-early.odt", ending_early(read("odt-plain.odt"), "content.xml"), "a whole zip, but its text breaks off")
put("ods-table-ends-early.ods", ending_early(read("ods-plain.ods"), "content.xml"), "a whole zip, but its table breaks off")
put("xlsx-one-byte-wrong.xlsx", flipped(read("xlsx-merged-dates-hidden.xlsx"), "xl/worksheets/sheet1.xml"), "its cells cannot be unpacked to the end")
put("xlsx-with-backslashes.xlsx", rewritten(read("xlsx-merged-dates-hidden.xlsx"), lambda name, data: (name.replace("/", "\\"), data)), "programs on old .NET write backslashes")
put("rtf-cut.rtf", read("rtf-of-a-word-processor.rtf")[: int(len(read("rtf-of-a-word-processor.rtf")) * CUT_HERE)], "its groups are never closed")
put("pdf-encrypted-and-cut.pdf", read("pdf-user-password.pdf")[: int(len(read("pdf-user-password.pdf")) * CUT_HERE)], "told apart from one that is only encrypted: a new one is wanted either way")
put("csv-quote-never-closed.csv", "填报单位,教师数,备注\n\"某某职业学院,120,\n第二职业学院,80,无\n".encode("gb18030"), "all that follows would be one cell")
put("xml-of-excel-2003-cut.xls", read("xml-of-excel-2003.xls")[: int(len(read("xml-of-excel-2003.xls")) * 0.9)], "the rows that are missing cannot be known")
put("html-named-xls-cut.xls", TABLE.encode()[:-40], "ends inside its table")
put("mht-of-word.doc", one_file_page(REPORT), "Word's single file web page under the name of a document")
put("mht-of-excel.xls", one_file_page(TABLE), "Excel's single file web page under the name of a workbook")
put("mht-cut.doc", one_file_page(REPORT * 20)[:2000], "cut inside its page")
