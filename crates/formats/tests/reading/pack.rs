//! Packs bytes as other tools do, by hand where the crates in use only unpack.

use std::io::Write;

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

pub(crate) fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// One frame of uncompressed blocks (RFC 8878).
pub(crate) fn zstd_raw(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x28, 0xb5, 0x2f, 0xfd, 0b1010_0000];
    out.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
    let blocks = bytes.chunks(1 << 16).count();
    for (nth, block) in bytes.chunks(1 << 16).enumerate() {
        let header = u32::try_from(block.len()).unwrap() << 3 | u32::from(nth + 1 == blocks);
        out.extend(&header.to_le_bytes()[..3]);
        out.extend(block);
    }
    out
}

/// A frame that readers pass over.
pub(crate) fn zstd_skippable() -> Vec<u8> {
    [&[0x53, 0x2a, 0x4d, 0x18, 5, 0, 0, 0][..], b"hello"].concat()
}

fn crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}

/// A number in the seven-bit groups of .xz.
fn groups(mut number: usize) -> Vec<u8> {
    let mut out = Vec::new();
    while number > 127 {
        out.push(u8::try_from(number & 127).unwrap() | 128);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap());
    out
}

/// One .xz stream of uncompressed LZMA2 chunks, without a check.
pub(crate) fn xz_raw(bytes: &[u8]) -> Vec<u8> {
    let padded = |mut bytes: Vec<u8>| {
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    };
    let flags = [0, 0];
    let mut out = [&[0xfd, b'7', b'z', b'X', b'Z', 0][..], &flags, &crc(&flags)].concat();
    // One filter, LZMA2 (0x21), one byte of properties: a dictionary of 1 MiB.
    let header = padded(vec![2, 0, 0x21, 1, 16]);
    let block_header = [&header[..], &crc(&header)].concat();
    let mut data = Vec::new();
    for (nth, chunk) in bytes.chunks(1 << 16).enumerate() {
        data.push(if nth == 0 { 1 } else { 2 });
        data.extend(u16::try_from(chunk.len() - 1).unwrap().to_be_bytes());
        data.extend(chunk);
    }
    data.push(0);
    out.extend(&block_header);
    let unpadded = block_header.len() + data.len();
    out.extend(padded(data));
    let index = padded([vec![0, 1], groups(unpadded), groups(bytes.len())].concat());
    out.extend(&index);
    out.extend(crc(&index));
    let back = u32::try_from((index.len() + 4) / 4 - 1).unwrap().to_le_bytes();
    let tail = [&back[..], &flags].concat();
    out.extend(crc(&tail));
    out.extend(tail);
    out.extend(b"YZ");
    out
}

/// A workbook as small as one can be: a title, a header, and the rows given, or one of its own.
pub(crate) fn workbook(rows: &[[String; 3]]) -> Vec<u8> {
    let cell = |text: &str| format!("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>");
    let mut data = rows
        .iter()
        .map(|row| format!("<row>{}</row>", row.iter().map(|text| cell(text)).collect::<String>()))
        .collect::<Vec<String>>()
        .concat();
    if rows.is_empty() {
        data = r#"<row r="3"><c r="A3" t="inlineStr"><is><t>INC1</t></is></c><c r="B3" s="1"><v>45352.34375</v></c><c r="C3"><v>7</v></c></row>"#.into();
    }
    let names = if rows.is_empty() { ["number", "opened", "n"] } else { ["number", "opened", "title"] };
    let names: String = names.iter().map(|name| cell(name)).collect();
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row>{}</row>\
         <row>{names}</row>{data}</sheetData></worksheet>",
        cell("Report")
    );
    zip_of(&[
        ("[Content_Types].xml", br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#),
        ("_rels/.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#),
        ("xl/styles.xml", br#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>"#),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}
