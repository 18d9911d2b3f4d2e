#!/usr/bin/env python3
"""Makes the documents and sheets of tests/corpus/file with the programs that offices use or nearly: LibreOffice
(doc, xls, rtf, odt, ods, pdf), openpyxl, xlwt, reportlab, Pillow. All data is invented. Run by hand, rarely: what it
makes is committed, and other versions of these programs write other bytes.

    pip install openpyxl xlwt pillow reportlab pikepdf msoffcrypto-tool; apt install libreoffice-writer libreoffice-calc
    python3 tests/corpus/make_files.py tests/corpus/file
"""
import io
import pathlib
import struct
import subprocess
import sys
import tempfile
import zipfile

OUT = pathlib.Path(sys.argv[1])
TITLE = "某某职业学院2023年职业教育活动周总结"
BODY = ["一、基本情况", "活动周期间，学院组织开放日2场，参加师生1200人次。", "二、特色做法", "邀请企业工匠进校园。", "某某职业学院", "2023年5月16日"]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def put(name, data):
    (OUT / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in members:
            info = zipfile.ZipInfo(name, (2023, 5, 16, 9, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            z.writestr(info, data)
    return out.getvalue()


def p(text):
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(body, ns=W, extra=(), main="word/document.xml", kind="wordprocessingml.document"):
    types = f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
    rels = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="{main}"/></Relationships>'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    document = f'{head}<w:document {ns} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="x" xmlns:v="v" xmlns:r="{OFFICE}"><w:body>{body}</w:body></w:document>'
    return zipped([("[Content_Types].xml", types), ("_rels/.rels", rels), (main, document), *extra])


def convert(source, data, target):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / source
        path.write_bytes(data)
        subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", target, "--outdir", folder, path], check=True, capture_output=True, timeout=180)
        ending = target.split(":")[0]
        return path.with_suffix("." + ending).read_bytes()


def documents():
    plain = docx("".join(p(line) for line in [TITLE, *BODY]))
    put("docx-plain.docx", plain)
    put("docx-strict-namespaces.docx", docx("".join(p(line) for line in [TITLE, *BODY]), ns=STRICT))
    tracked = p(TITLE) + '<w:p><w:r><w:t>参加师生</w:t></w:r><w:del w:id="1" w:author="甲"><w:r><w:delText>999</w:delText></w:r></w:del><w:ins w:id="2" w:author="甲"><w:r><w:t>1200</w:t></w:r></w:ins><w:moveFrom w:id="3"><w:r><w:t>（移走的话）</w:t></w:r></w:moveFrom><w:r><w:t>人次。</w:t></w:r></w:p>'
    put("docx-tracked-changes.docx", docx(tracked))
    box = '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>' + p("文本框里的报送单位：某某职业学院") + '</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>' + p("文本框里的报送单位：某某职业学院") + "</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    put("docx-text-box.docx", docx(p(TITLE) + box + p(BODY[1])))
    row = lambda *cells: "<w:tr>" + "".join("<w:tc>" + p(c) + "</w:tc>" for c in cells) + "</w:tr>"
    put("docx-table.docx", docx(p(TITLE) + "<w:tbl>" + row("单位", "人数") + row("某某职业学院", "1200") + "</w:tbl>" + p("表后文字")))
    outside = [("word/_rels/document.xml.rels", f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" Type="{OFFICE}/attachedTemplate" Target="http://evil.example/t.dotm" TargetMode="External"/><Relationship Id="rId8" Type="{OFFICE}/aFChunk" Target="/word/chunk.html"/></Relationships>'), ("word/chunk.html", "<html>不应读出的外来块</html>"), ("word/vbaProject.bin", b"\xd0\xcf\x11\xe0macro"), ("word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0ole")]
    put("docx-altchunk-macro-outside.docx", docx(p(TITLE) + '<w:altChunk r:id="rId8"/>' + p(BODY[1]), extra=outside))
    put("docx-main-part-renamed.docx", docx(p(TITLE), main="word/document2.xml"))
    put("docx-cut.docx", plain[: len(plain) - 200])
    put("doc-word97.doc", convert("a.docx", docx("".join(p(line) for line in [TITLE, *BODY]) + "<w:tbl>" + row("单位", "人数") + row("某某职业学院", "1200") + "</w:tbl>"), "doc"))
    put("wps-of-wps-office.wps", (OUT / "doc-word97.doc").read_bytes())
    put("doc-cut.doc", (OUT / "doc-word97.doc").read_bytes()[:3000])
    put("rtf-of-a-word-processor.rtf", convert("a.docx", plain, "rtf"))
    put("rtf-gbk.rtf", b"{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fcharset134 SimSun;}}\\pard " + "".join("\\'%02x" % b if b > 127 else chr(b) for b in (TITLE + "\\par 2023").encode("gbk")).encode() + b"{\\deleted \\'c9\\'be}}")
    put("rtf-named-doc.doc", (OUT / "rtf-gbk.rtf").read_bytes())
    put("odt-plain.odt", convert("a.docx", plain, "odt"))
    html = f"<html><head><meta charset=gb2312><style>p{{color:red}}</style></head><body><p>{TITLE}</p><script>alert(1)</script><p>{BODY[1]}</p></body></html>"
    put("html-gbk.htm", html.encode("gbk"))
    put("html-named-doc.doc", html.encode("gbk"))
    text = "\r\n".join([TITLE, *BODY])
    for name, charset in [("gbk", "gbk"), ("gb18030", "gb18030"), ("utf8", "utf-8"), ("utf8-bom", "utf-8-sig"), ("utf16le-bom", "utf-16"), ("utf16le", "utf-16-le"), ("utf16be", "utf-16-be")]:
        put(f"txt-{name}.txt", (text + ("䶮" if name == "gb18030" else "")).encode(charset))
    put("txt-big5.txt", "某某職業學院活動總結\r\n一、基本情況\r\n活動期間，學院組織開放日，參加師生一千二百人。\r\n".encode("big5"))
    slide = lambda *t: '<p:sld xmlns:p="p" xmlns:a="a">' + "".join(f"<a:p><a:r><a:t>{x}</a:t></a:r></a:p>" for x in t) + "</p:sld>"
    put("pptx-slides-in-order.pptx", docx("", main="ppt/presentation.xml", kind="presentationml.presentation", extra=[(f"ppt/slides/slide{n}.xml", slide(f"第{n}页", TITLE if n == 1 else "内容")) for n in (10, 2, 1)]))
    ofd_page = '<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:TextObject><ofd:TextCode X="0" Y="0">%s</ofd:TextCode></ofd:TextObject></ofd:Content></ofd:Page>'
    ofd = [("OFD.xml", '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>'), ("Doc_0/Pages/Page_0/Content.xml", ofd_page % TITLE), ("Doc_0/Pages/Page_1/Content.xml", ofd_page % BODY[1])]
    put("ofd-plain.ofd", zipped(ofd))
    put("ofd-signed.ofd", zipped(ofd + [("Doc_0/Signs/Signatures.xml", "<x/>"), ("Doc_0/Signs/Sign_0/SignedValue.dat", b"x")]))


def word95():
    text = (TITLE + "\r" + BODY[1] + "\r").encode("gbk")
    word = bytearray(0x300)
    word[0:2] = b"\xdc\xa5"
    struct.pack_into("<H", word, 2, 104)
    struct.pack_into("<I", word, 0x18, 0x300)
    struct.pack_into("<I", word, 0x34, len(text))
    put("doc-word95-gbk.doc", compound({"WordDocument": bytes(word) + text}))
    put("wps-of-ms-works.wps", compound({"MatOST": b"x" * 100, "CONTENTS": b"CHNKWKS" + b"\0" * 200}))
    put("ppt-old.ppt", compound({"PowerPoint Document": b"\0" * 100}))


def compound(streams):
    """The least compound file: every stream padded to 4096 bytes, one FAT sector."""
    names = list(streams)
    fat, sectors, starts = [], [], []
    for data in streams.values():
        data = data.ljust(max(4096, -(-len(data) // 512) * 512), b"\0")
        starts.append((len(fat), len(data)))
        count = len(data) // 512
        fat += [len(fat) + i + 1 for i in range(count - 1)] + [0xFFFFFFFE]
        sectors += [data[i * 512 : i * 512 + 512] for i in range(count)]
    entries = [("Root Entry", 5, 1, 0xFFFFFFFE, 0)] + [(n, 2, -1, s, l) for n, (s, l) in zip(names, starts)]
    # A degenerate tree: each stream hangs to the right of the one before, in the order of names.
    order = sorted(range(1, len(entries)), key=lambda i: (len(entries[i][0]), entries[i][0].upper()))
    blob = b""
    for index, (name, kind, _, start, size) in enumerate(entries):
        raw = name.encode("utf-16-le") + b"\0\0"
        right = child = 0xFFFFFFFF
        if index == 0 and order:
            child = order[0]
        elif index and order.index(index) + 1 < len(order):
            right = order[order.index(index) + 1]
        blob += raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, right, child) + b"\0" * 36 + struct.pack("<IQ", start, size)
    while len(blob) % 512:
        blob += b"\0" * 68 + struct.pack("<III", *[0xFFFFFFFF] * 3) + b"\0" * 48
    directory = len(fat)
    fat += [directory + i + 1 for i in range(len(blob) // 512 - 1)] + [0xFFFFFFFE]
    sectors.append(blob)
    fat_at = len(fat)
    fat.append(0xFFFFFFFD)
    table = b"".join(struct.pack("<I", x) for x in fat).ljust(512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", fat_at)
    return head.ljust(512, b"\xff") + b"".join(sectors) + table


HEAD = ["单位", "日期", "占比", "人数", "电话", "备注"]


def sheets():
    import openpyxl
    from openpyxl.styles import numbers

    book = openpyxl.Workbook()
    s = book.active
    s.title = "附件4"
    s.append(["2023年职业教育活动周统计表"])
    s.merge_cells("A1:F1")
    s.append(HEAD)
    s.append(["某某职业学院", 45062, 0.85, "１２００", "19900000001", True])
    s["B3"].number_format = "yyyy-mm-dd"
    s["C3"].number_format = "0.0%"
    hidden = book.create_sheet("隐藏")
    hidden["A1"] = "看不见"
    hidden.sheet_state = "hidden"
    very = book.create_sheet("深藏")
    very["A1"] = "更看不见"
    very.sheet_state = "veryHidden"
    out = io.BytesIO()
    book.save(out)
    put("xlsx-merged-dates-hidden.xlsx", out.getvalue())
    put("xlsx-named-xls.xls", out.getvalue())
    put("xlsx-cut.xlsx", out.getvalue()[:3000])
    plain = openpyxl.Workbook()
    s = plain.active
    for cell, value in {"A1": "合计", "B1": "=SUM(B2:B3)", "C1": "#REF!", "D1": 12345678901234567, "E1": "12345678901234567", "F1": False, "A2": '=IF(A1="","","有")'}.items():
        s[cell] = value
    s["C1"].data_type = "e"
    bare = io.BytesIO()
    plain.save(bare)
    put("xlsx-formulas-without-results-errors-long-ids.xlsx", bare.getvalue())
    # Ids 27-36 and 50-58 have no format text in the file: they are dates by the user's language.
    rows = "".join(f'<row r="{i+1}"><c r="A{i+1}" t="inlineStr"><is><t>{n}</t></is></c><c r="B{i+1}" s="{i}"><v>45062</v></c></row>' for i, n in enumerate([14, 27, 30, 31, 36, 50, 57, 58]))
    xfs = "".join(f'<xf numFmtId="{n}" applyNumberFormat="1"/>' for n in [14, 27, 30, 31, 36, 50, 57, 58])
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    put("xlsx-cjk-date-formats.xlsx", xlsx(f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>', f'<styleSheet xmlns="{main}"><cellXfs count="8">{xfs}</cellXfs></styleSheet>'))
    chinese = "".join(f'<numFmt numFmtId="{200+i}" formatCode="{c}"/>' for i, c in enumerate(['yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;', '[$-804]aaaa', '[DBNum1][$-804]yyyy&quot;年&quot;m&quot;月&quot;', 'h&quot;时&quot;mm&quot;分&quot;', '0&quot;人&quot;', 'G/通用格式']))
    rows = "".join(f'<row r="{i+1}"><c r="A{i+1}" s="{i}"><v>45062.5</v></c></row>' for i in range(6))
    xfs = "".join(f'<xf numFmtId="{200+i}" applyNumberFormat="1"/>' for i in range(6))
    put("xlsx-chinese-format-texts.xlsx", xlsx(f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>', f'<styleSheet xmlns="{main}"><numFmts>{chinese}</numFmts><cellXfs>{xfs}</cellXfs></styleSheet>'))
    put("xls-biff8.xls", convert("a.xlsx", out.getvalue(), "xls"))
    put("et-of-wps-office.et", (OUT / "xls-biff8.xls").read_bytes())
    put("xls-cut.xls", (OUT / "xls-biff8.xls").read_bytes()[:2500])
    put("ods-plain.ods", convert("a.xlsx", out.getvalue(), "ods"))
    put("xls-biff5-gbk.xls", compound({"Book": biff5([["单位", "人数"], ["某某职业学院", 1200.0]])}))
    rows = [HEAD, ["某某职业学院", "2023-05-16", "85%", "１２００", "019900000001", "说“好”, 完"], ["某某,分院", "", "", "3", "", '第一行\n第"二"行']]
    table = lambda mark: "\r\n".join(mark.join('"' + c.replace('"', '""') + '"' if any(x in c for x in ['"', "\n", mark]) else c for c in row) for row in rows) + "\r\n"
    put("csv-utf8-bom.csv", table(",").encode("utf-8-sig"))
    put("csv-semicolons-gbk.csv", table(";").encode("gbk"))
    put("csv-utf16-tabs.csv", table("\t").encode("utf-16"))
    put("tsv-named-xls-gbk.xls", table("\t").encode("gbk"))
    html = '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="gb2312"><style>td{}</style></head><body><h3>2023年职业教育活动周统计表</h3><table border=1><tr><td rowspan=2>单位</td><td colspan=2>人数</td></tr><tr><td>男</td><td>女</td></tr><tr><td>某某职业学院</td><td>700</td><td>500</td></tr></table></body></html>'
    put("html-named-xls-gbk.xls", html.encode("gbk"))
    put("html-tables-without-head.xls", "<table><tr><td>单位</td><td>人数</td></tr><tr><td>某某职业学院</td><td>12</td></tr></table>".encode())
    put("xml-of-excel-2003.xls", '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style></Styles><Worksheet ss:Name="附件4"><Table><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">统计表</Data></Cell></Row><Row><Cell><Data ss:Type="String">占比</Data></Cell><Cell ss:StyleID="p"><Data ss:Type="Number">0.85</Data></Cell></Row></Table></Worksheet></Workbook>')
    put("xlsb.xlsb", zipped([("[Content_Types].xml", "<Types/>"), ("xl/workbook.bin", b"\0" * 50), ("xl/worksheets/sheet1.bin", b"\0" * 50)]))


def biff5(rows):
    """A sheet of Excel 5 as Chinese programs wrote it: GBK, and a code page that says 1252."""
    record = lambda kind, data=b"": struct.pack("<HH", kind, len(data)) + data
    bof = lambda kind: record(0x0809, struct.pack("<HHHH", 0x0500, kind, 0, 1996))
    name = "表".encode("gbk")
    before = bof(5) + record(0x42, struct.pack("<H", 1252))
    bound = struct.pack("<IH", len(before) + 4 + 7 + len(name) + 4, 0) + bytes([len(name)]) + name
    sheet = bof(0x10)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            at = struct.pack("<HHH", r, c, 0)
            if isinstance(value, str):
                raw = value.encode("gbk")
                sheet += record(0x0204, at + struct.pack("<H", len(raw)) + raw)
            else:
                sheet += record(0x0203, at + struct.pack("<d", value))
    return before + record(0x85, bound) + record(0x0A) + sheet + record(0x0A)


def xlsx(sheet, styles):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return zipped([("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'), ("_rels/.rels", f'<Relationships xmlns="{package}"><Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'), ("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'), ("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'), ("xl/styles.xml", styles), ("xl/worksheets/sheet1.xml", sheet)])


def locked():
    import msoffcrypto
    from msoffcrypto.format.ooxml import OOXMLFile

    for name in ["docx-plain.docx", "xlsx-cjk-date-formats.xlsx"]:
        out = io.BytesIO()
        OOXMLFile(io.BytesIO((OUT / name).read_bytes())).encrypt("secret", out)
        put(name.split("-")[0] + "-encrypted." + name.split(".")[1], out.getvalue())


def xls_formula():
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    s = book.add_sheet("附件4")
    s.write(0, 0, "人数")
    s.write(0, 1, xlwt.Formula("1+2"))
    s.row(0)._Row__cells[1].calc_flags = 3
    s.write(1, 0, "占比")
    s.write(1, 1, 0.85, xlwt.easyxf(num_format_str="0%"))
    out = io.BytesIO()
    book.save(out)
    put("xls-formula-without-result.xls", out.getvalue())


def pdfs():
    import pikepdf
    from PIL import Image, ImageDraw
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

    def scan(mode, seal, headline=False):
        page = Image.new("RGB", (620, 877), (248, 247, 243))
        d = ImageDraw.Draw(page)
        for y in range(150, 650, 30):
            for x in range(80, 540, 22):
                d.rectangle([x, y, x + 14, y + 13], outline=(40, 40, 40), width=2)
        if headline:
            d.rectangle([80, 118, 540, 121], fill=(205, 30, 30))
            for x in range(110, 510, 60):
                d.rectangle([x, 60, x + 42, 104], outline=(205, 30, 30), width=7)
        if seal:
            d.ellipse([380, 620, 500, 740], outline=(205, 40, 45), width=6)
            d.polygon([(440, 655), (452, 690), (420, 668), (460, 668), (428, 690)], fill=(205, 40, 45))
        out = io.BytesIO()
        page.convert(mode).save(out, "JPEG", quality=70)
        return ImageReader(io.BytesIO(out.getvalue()))

    def pdf(*pages, encrypt=None):
        out = io.BytesIO()
        c = canvas.Canvas(out, pagesize=A4, invariant=1, encrypt=encrypt)
        for kind, what in pages:
            if kind == "text":
                c.setFont("STSong-Light", 12)
                for i, line in enumerate(what):
                    c.drawString(72, 760 - 20 * i, line)
            else:
                c.drawImage(what, 0, 0, *A4)
                if kind == "ocr":
                    t = c.beginText(72, 700)
                    t.setFont("STSong-Light", 12)
                    t.setTextRenderMode(3)
                    t.textLine(TITLE)
                    c.drawText(t)
            c.showPage()
        c.save()
        return out.getvalue()

    lines = [TITLE, *BODY]
    text = pdf(("text", lines))
    put("pdf-text.pdf", text)
    put("pdf-scan-with-seal.pdf", pdf(("scan", scan("RGB", False)), ("scan", scan("RGB", True))))
    put("pdf-scan-without-seal-red-headline.pdf", pdf(("scan", scan("RGB", False, True))))
    put("pdf-scan-grey.pdf", pdf(("scan", scan("L", True))))
    put("pdf-scan-with-recognised-text.pdf", pdf(("ocr", scan("RGB", True))))
    put("pdf-text-then-stamped-scan.pdf", pdf(("text", lines), ("text", lines), ("scan", scan("RGB", True))))
    put("pdf-cut.pdf", text[: len(text) // 3])
    for name, user in [("user", "secret"), ("owner", "")]:
        out = io.BytesIO()
        pikepdf.open(io.BytesIO(text)).save(out, encryption=pikepdf.Encryption(user=user, owner="owner", R=6))
        put(f"pdf-{name}-password.pdf", out.getvalue())


def clerks():
    """Tables as clerks show and save them: thousands hidden by a format, a title without marks over lines with them."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    codes = ["0!.0,", "0&quot;.&quot;0,", "#,##0,", "0.0&quot;万元&quot;", "#,##0.00_ ", "[&gt;=10000]0!.0,&quot;万&quot;;0"]
    formats = "".join(f'<numFmt numFmtId="{200+i}" formatCode="{c}"/>' for i, c in enumerate(codes))
    rows = "".join(f'<row r="{i+1}"><c r="A{i+1}" s="{i}"><v>356480</v></c></row>' for i in range(len(codes)))
    xfs = "".join(f'<xf numFmtId="{200+i}" applyNumberFormat="1"/>' for i in range(len(codes)))
    put("xlsx-formats-that-scale.xlsx", xlsx(f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>', f'<styleSheet xmlns="{main}"><numFmts>{formats}</numFmts><cellXfs>{xfs}</cellXfs></styleSheet>'))
    cells = '<c r="A1" t="e"><f>A2#</f><v>#SPILL!</v></c><c r="B1" t="e"><v>#REF!</v></c><c r="C1"><v>12</v></c>'
    put("xlsx-errors-of-newer-programs.xlsx", xlsx(f'<worksheet xmlns="{main}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>', f'<styleSheet xmlns="{main}"/>'))
    put("csv-title-first-named-xls.xls", "2023年职业教育活动周统计表\r\n单位,人数\r\n某某职业学院,1200\r\n".encode("gbk"))


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for make in (documents, word95, sheets, clerks, locked, xls_formula, pdfs):
        make()
