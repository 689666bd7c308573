//! Roster files as people make them, and as nobody should: what the bot reads out of each.

use crate::support::sheets::{C, xlsx};
use crate::support::town::Town;
use encoding_rs::GB18030;
use libtest_mimic::Trial;
use proptest::prelude::*;
use std::io::{Read, Write};
use zhibu::intake::{header, rows, sheet};

/// This story's tests.
pub fn tests() -> Vec<Trial> {
    let test = |name: &str, run: fn()| {
        Trial::test(format!("roster_files::{name}"), move || {
            run();
            Ok(())
        })
    };
    vec![
        test("csv_in_every_encoding_reads_the_same", csv_in_every_encoding_reads_the_same),
        test("an_ugly_workbook", an_ugly_workbook),
        test("an_old_xls", an_old_xls),
        test("what_excel_did_to_numbers", what_excel_did_to_numbers),
        test("formulas_and_hostile_names_are_text", formulas_and_hostile_names_are_text),
        test("formulas_without_results_are_said", formulas_without_results_are_said),
        test("errors_name_line_and_column", errors_name_line_and_column),
        test("what_must_not_be_kept_is_dropped_and_said", what_must_not_be_kept_is_dropped_and_said),
        test("files_that_are_no_tables", files_that_are_no_tables),
        test("bombs", bombs),
        test("bytes_never_panic", bytes_never_panic),
        test("damaged_workbooks_never_panic", damaged_workbooks_never_panic),
        test("cells_never_panic", cells_never_panic),
    ]
}

const BRANCH: &str = "余庆县团委/白泥镇团委/中学团支部";

fn csv_in_every_encoding_reads_the_same() {
    let text = format!("姓名,团员编号,入团年月,所在团支部,QQ号\r\n王芳,202112345678,2021-05,{BRANCH},20001\r\n\r\n李 雷,,2020.12,{BRANCH},\r\n");
    let want = format!("名册共 2 行：新增 2。\n新建团支部：{BRANCH}\n第 2 行 王芳：新增到 {BRANCH}\n第 4 行 李雷：新增到 {BRANCH}");
    let utf16: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let files = [text.as_bytes().to_vec(), format!("\u{feff}{text}").into_bytes(), GB18030.encode(&text).0.into_owned(), utf16];
    for file in files {
        assert_eq!(Town::new().preview(&file), want);
    }
    assert_eq!(Town::new().preview(text.replace(',', "\t").as_bytes()), want);
    assert_eq!(Town::new().preview(text.replace(',', ";").as_bytes()), want);
}

fn an_ugly_workbook() {
    use C::{Blank, D, F, N, T};
    let file = xlsx(
        &[
            vec![],
            vec![],
            vec![T("序号"), T("姓 名（必填）"), T("基本情况"), Blank, T("所在团支部"), T("联系方式"), T("团费档次")],
            vec![Blank, Blank, T("入团年月"), T("团内职务"), Blank, T("ＱＱ"), Blank],
            vec![N(1.0), F("=A1&A2", "王芳"), D(44320.0), T("团支书"), Blank, N(20001.0), T("0.2元")],
            vec![N(2.0), T("李　雷"), N(2020.12), Blank, Blank, T("２０００２"), T("学生")],
            vec![],
            vec![N(3.0)],
            vec![N(4.0), T("阿依古丽•买买提"), T("2009年9月"), T("组织委员"), Blank, Blank, T("月薪 3000")],
            vec![Blank, T("姓名"), T("入团年月")],
            vec![T("合计"), T("合计：3人")],
        ],
        &[(0, 0, 0, 6, "中学团支部团员花名册"), (4, 4, 8, 4, BRANCH)],
    );
    let mut town = Town::new();
    assert_eq!(
        town.preview(&file),
        format!(
            "名册共 3 行：新增 3。\n新建团支部：{BRANCH}\n第 5 行 王芳：职务是团支书，设为 {BRANCH} 的支书\n第 9 行 阿依古丽·买买提：职务是组织委员，可以管 {BRANCH} 的团费\n第 5 行 王芳：新增到 {BRANCH}\n第 6 行 李雷：新增到 {BRANCH}\n第 9 行 阿依古丽·买买提：新增到 {BRANCH}"
        )
    );
    town.import(&file);
    let said: Vec<String> = town.at(BRANCH).iter().map(|m| format!("{} {} {:?} {:?}", m.name, m.from, m.bands[0].1, m.accounts)).collect();
    assert_eq!(said.len(), 3);
    assert!(said[0].starts_with("王芳 2021-05-01 \"student\"") && said[0].contains("20001"), "{said:?}");
    assert!(said[1].starts_with("李雷 2020-12-01 \"student\"") && said[1].contains("20002"), "{said:?}");
    assert!(said[2].starts_with("阿依古丽·买买提 2009-09-01 \"pay_3000\""), "{said:?}");
}

fn an_old_xls() {
    let mut town = Town::new();
    let file = include_bytes!("fixtures/roster.xls");
    let preview = town.preview(file);
    assert!(preview.starts_with("名册共 3 行：新增 3。\n这几列不该收，没有读：身份证号。\n"), "{preview}");
    town.import(file);
    let said: Vec<_> = town.at(BRANCH).iter().map(|m| (m.name.as_str(), m.from.to_string(), m.league_number.as_deref())).collect();
    let day = |d: &str| d.to_owned();
    assert_eq!(
        said,
        [("王芳", day("2021-05-01"), Some("202112345678")), ("李雷", day("2020-12-01"), Some("202012345679")), ("古丽·买买提", day("2009-09-01"), None)]
    );
}

fn what_excel_did_to_numbers() {
    use C::{N, T};
    let file = xlsx(
        &[
            vec![T("姓名"), T("团员编号"), T("QQ"), T("支部"), T("入团时间")],
            vec![T("王芳"), N(202_112_345_678.0), N(2_147_483_648.0), T("一支部"), N(2021.1)],
            vec![T("李雷"), N(3.011_234_567_890_12e17), T("1.0E+05"), T("一支部"), T("2021.10")],
        ],
        &[],
    );
    let mut town = Town::new();
    assert_eq!(
        town.preview(&file),
        "名册共 2 行：新增 2。\n新建团支部：一支部\n\
         注意 第 2 行 王芳：E2 的“2021.1”按 1 月记；如果是 10 月，写成 2021-10\n\
         注意 第 3 行 李雷：B3 的号码被 Excel 改动过，没有记。请把这一列设成“文本”再重新填\n\
         注意 第 3 行 李雷：C3 的号码被 Excel 改动过，没有记。请把这一列设成“文本”再重新填\n\
         第 2 行 王芳：新增到 一支部\n第 3 行 李雷：新增到 一支部"
    );
    town.import(&file);
    let members = town.at("一支部");
    assert_eq!(members[0].league_number.as_deref(), Some("202112345678"));
    assert_eq!(&*members[0].accounts[0].id, "2147483648");
    assert_eq!((members[1].from.to_string(), members[1].accounts.len()), ("2021-10-01".into(), 0));
}

fn formulas_and_hostile_names_are_text() {
    let file = "姓名,支部\n=cmd|' /C calc'!A0,一支部\n\"[CQ:at,qq=all]\",一支部\n@all,一支部\n+1-1,一支部\n王\u{202e}芳\u{0}\u{7},一支部\n";
    let file = file.replace('\u{0}', "");
    let mut town = Town::new();
    let preview = town.preview(file.as_bytes());
    assert!(preview.starts_with("名册共 5 行：新增 5。"), "{preview}");
    assert!(preview.contains("注意 第 3 行 [CQ:at,qq=all]：姓名里有少见的符号，照原样记，请核对"), "{preview}");
    town.import(file.as_bytes());
    let names: Vec<&str> = town.at("一支部").iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["=cmd|' /C calc'!A0", "[CQ:at,qq=all]", "@all", "+1-1", "王芳"]);
    assert!(town.import(file.as_bytes()).is_empty());
}

fn formulas_without_results_are_said() {
    let file = xlsx(
        &[
            vec![C::T("姓名"), C::T("支部"), C::T("团员编号")],
            vec![C::T("王芳"), C::T("一支部"), C::F("=E2", "?")],
            vec![C::F("=F3", "?"), C::F("=G3", "?"), C::F("=E3", "?")],
            vec![C::F("=F4", "李雷"), C::T("一支部"), C::F("=E4", "~")],
            vec![C::F("=F5", "~"), C::F("=G5", "~"), C::F("=E5", "~")],
        ],
        &[],
    );
    // as programs write it that don't calculate
    let mut parts = Vec::new();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
    for n in 0..archive.len() {
        let mut part = archive.by_index(n).unwrap();
        let mut text = Vec::new();
        part.read_to_end(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap().replace("<v>?</v>", "<v></v>").replace("<v>~</v>", "<v></v>");
        parts.push((part.name().to_owned(), text.replace(" t=\"str\"><f>E2<", "><f>E2<").replace(" t=\"str\"><f>F3<", "><f>F3<").into_bytes()));
    }
    let parts: Vec<(&str, Vec<u8>)> = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    assert_eq!(
        Town::new().preview(&zipped(&parts)),
        "名册共 3 行：新增 2，有错 1。\n\
         ✗ 第 3 行：姓名是公式，没有存下结果。请在 Excel 里打开、保存一次再发\n\
         新建团支部：一支部\n\
         注意 第 2 行 王芳：C2 是公式，没有存下结果，没有记。请在 Excel 里打开、保存一次再发\n\
         第 2 行 王芳：新增到 一支部\n第 4 行 李雷：新增到 一支部"
    );
}

fn errors_name_line_and_column() {
    let file = "姓名,支部,入团年月,团费档次,QQ,出生日期,团员编号\n\
                王芳,一支部,去年秋天,,,,\n\
                李雷,一支部,2021-05,五块,,,\n\
                ,一支部,2021-05,,,,\n\
                20001,一支部,2021-05,,,,\n\
                韩梅,一支部,2031-05,,,,\n\
                吉姆,一支部,2021-05,,二零零零一,上个月,12345\n\
                小明,,2021-05,,,,\n\
                小红,一支部,2021-05,,,2010-01-01,11010519491231002X\n";
    assert_eq!(
        Town::new().preview(file.as_bytes()),
        "名册共 8 行：新增 2，有错 6。\n\
         ✗ 第 2 行 王芳：C2 的入团年月“去年秋天”看不懂。写成 2021-05\n\
         ✗ 第 3 行 李雷：D3 的团费档次“五块”不认识。可以写：务农、学生、月薪 2000 以下、月薪 3000\n\
         ✗ 第 4 行：没有姓名\n\
         ✗ 第 5 行 20001：姓名一栏是数字，列是不是错位了\n\
         ✗ 第 6 行 韩梅：C6 的入团年月“2031-05”不可能，请改正\n\
         ✗ 第 8 行 小明：没写所在团支部。合并的格子请拆开填满，或者说明这张表是哪个团支部的\n\
         新建团支部：一支部\n\
         注意 第 7 行 吉姆：E7 的 QQ“二零零零一”不是 QQ 号，没有记\n\
         注意 第 7 行 吉姆：F7 的出生日期“上个月”看不懂，没有记。写成 2007-09-01\n\
         注意 第 7 行 吉姆：G7 的团员编号“12345”不是 12 位数字，没有记\n\
         注意 第 9 行 小红：G9 像身份证号，没有记。请填 12 位团员编号\n\
         注意 第 9 行 小红：入团时不满 14 岁，请核对出生和入团年月\n\
         第 7 行 吉姆：新增到 一支部\n第 9 行 小红：新增到 一支部"
    );
}

fn what_must_not_be_kept_is_dropped_and_said() {
    let card = "11010519491231002X";
    let file = format!("姓名,支部,性别,公民身份号码,手机号,户籍地,宗教信仰,备注,QQ\n王芳,一支部,女,{card},13800000000,余庆,无,{card},20001\n");
    let preview = Town::new().preview(file.as_bytes());
    assert!(
        preview.starts_with("名册共 1 行：新增 1。\n这几列不该收，没有读：公民身份号码、手机号、户籍地、宗教信仰、备注。\n这几列用不上，没有读：性别。\n"),
        "{preview}"
    );
    let tables = sheet::read(file.as_bytes(), &sheet::Limits::default()).unwrap();
    let reading = rows::read(&tables, None, chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()).unwrap();
    let kept = format!("{reading:?}");
    assert!(!kept.contains(card) && !kept.contains("13800000000"), "{kept}");
}

fn files_that_are_no_tables() {
    let said = |bytes: &[u8]| Town::new().preview(bytes);
    assert_eq!(said(b""), "这个文件是空的，请检查后再发一次。");
    assert_eq!(said(b"<html><body><table>"), "这是换了名字的网页，不是真正的表格。请在 Excel 或 WPS 里打开，另存为 xlsx 再发。");
    assert_eq!(said(&[0; 3000]), "看不懂这个文件。名册、账单、导出的表请用 xlsx、xls 或 csv。");
    assert_eq!(said(b"PK\x03\x04 and nothing"), "这个文件打不开，可能损坏了。请在 Excel 或 WPS 里打开，另存为 xlsx 再发。");
    assert_eq!(
        said(&[&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &[0; 2000]].concat()),
        "这个文件打不开，可能损坏了。请在 Excel 或 WPS 里打开，另存为 xlsx 再发。"
    );
    assert_eq!(said(&zipped(&[("word/document.xml", b"<w:document/>".to_vec())])), "这不是 Excel 表格。请另存为 xlsx、xls 或 csv 再发。");
    assert_eq!(said("交易时间,金额\n2026-01-01,0.2\n".as_bytes()), "没找到表头。至少要有“姓名”一列。");
    assert_eq!(said("姓名,支部\n".as_bytes()), "表头下面没有人。请检查是不是发错了表。");
    assert_eq!(said("姓名\n".repeat(60_000).as_bytes()), "表太长了（最多 50000 行）。请分成几个文件。");
    assert_eq!(said(&vec![b'a'; (16 << 20) + 1]), "文件太大了（最大 16 MB）。只留要用的那一张表再发。");
}

/// An archive with these parts.
fn zipped(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn bombs() {
    let refused = |bytes: &[u8]| sheet::read(bytes, &sheet::Limits::default()).unwrap_err().key;
    // Unpacks to a thousand times its size.
    let small = sheet::Limits { unpacked: 1 << 20, ..sheet::Limits::default() };
    let bomb = zipped(&[("xl/worksheets/sheet1.xml", vec![b' '; 2 << 20])]);
    assert_eq!(sheet::read(&bomb, &small).unwrap_err().key, "roster-file-unpacks-large");
    // Says that it does not: the size in both of its headers is made small.
    let size = (2_u32 << 20).to_le_bytes();
    let spots: Vec<usize> = bomb.windows(4).enumerate().filter(|(_, w)| *w == size).map(|(at, _)| at).collect();
    let mut liar = bomb.clone();
    for at in spots {
        liar[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    assert_ne!(liar, bomb);
    assert!(["roster-file-unpacks-large", "roster-file-damaged"].contains(&sheet::read(&liar, &small).unwrap_err().key));
    // Lies about the number of its shared texts.
    assert_eq!(refused(&zipped(&[("xl/sharedStrings.xml", b"<sst uniqueCount=\"99999999999999\">".to_vec())])), "roster-file-unpacks-large");
    // One value in the first cell, one in the last: 17 thousand million cells to a reader that fills the rectangle.
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    page.write_string(0, 0, "姓名").unwrap().write_string(1, 0, "王芳").unwrap().write_string(1_048_575, 16_383, "x").unwrap();
    let tables = sheet::read(&book.save_to_buffer().unwrap(), &sheet::Limits::default()).unwrap();
    assert_eq!(tables[0].rows.len(), 2);
    // A chain of sectors that bites its tail, and a declared size of four thousand million rows.
    let xls = include_bytes!("fixtures/roster.xls").to_vec();
    let fat = u32::from_le_bytes(xls[76..80].try_into().unwrap()) as usize * 512 + 512;
    let directory = u32::from_le_bytes(xls[48..52].try_into().unwrap()) as usize;
    let mut loops = xls.clone();
    loops[fat + directory * 4..fat + directory * 4 + 4].copy_from_slice(&u32::try_from(directory).unwrap().to_le_bytes());
    assert_eq!(refused(&loops), "roster-file-damaged");
    let at = xls.windows(4).position(|w| w == [0x00, 0x02, 14, 0]).unwrap();
    let mut wide = xls.clone();
    wide[at + 8..at + 12].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(refused(&wide), "roster-file-unpacks-large");
    let mut greedy = xls;
    greedy[44..48].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(refused(&greedy), "roster-file-damaged");
}

fn read_all(bytes: &[u8]) {
    let _ = Town::new().plan(bytes);
}

fn bytes_never_panic() {
    let starts: [&[u8]; 6] =
        [b"", b"PK\x03\x04", &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "姓名,支部\n".as_bytes(), &[0xFF, 0xFE], &[0xD0, 0xD5, 0xC3, 0xFB, b',']];
    let config = ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(start in 0..starts.len(), rest in proptest::collection::vec(any::<u8>(), 0..1500))| {
        read_all(&[starts[start], &rest].concat());
    });
}

fn damaged_workbooks_never_panic() {
    let good = [
        include_bytes!("fixtures/roster.xls").to_vec(),
        xlsx(&[vec![C::T("姓名"), C::T("支部")], vec![C::T("王芳"), C::T("一支部")], vec![C::F("=A2", "李雷"), C::D(44320.0)]], &[(3, 0, 4, 1, "x")]),
    ];
    // The decoder of xls panics on some of these and is contained: its words are not for this test's output.
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let config = ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let spots = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12);
    let outcome = runner.run(&(0..good.len(), spots, any::<prop::sample::Index>()), |(which, spots, cut)| {
        let mut bytes = good[which].clone();
        for (at, byte) in spots {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        read_all(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        read_all(&bytes);
        Ok(())
    });
    std::panic::set_hook(quiet);
    outcome.unwrap();
}

fn cells_never_panic() {
    let heads = ["姓名", "支部", "QQ", "团员编号", "入团年月", "出生日期", "团费档次", "职务", "身份证", "团小组", ""];
    let cell = prop_oneof![any::<String>(), "[0-9.\\-/年月E+]{0,12}", "[张三李四·• 1-3]{0,5}", Just("一支部".to_owned()), Just("县团委/一支部".to_owned())];
    let table = proptest::collection::vec(proptest::collection::vec(cell, 0..11), 0..8);
    let config = ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(order in Just(heads.to_vec()).prop_shuffle(), table in table)| {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        writer.write_record(&order).unwrap();
        for row in &table {
            writer.write_record(row).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let mut town = Town::new();
        if town.plan(&bytes).is_ok() {
            town.import(&bytes);
            // What was applied once changes nothing the second time.
            let again = town.plan(&bytes).unwrap();
            prop_assert!(again.changes.is_empty() && again.units.is_empty() && again.grants.is_empty(), "{:?}", again);
        }
        if let Ok(tables) = sheet::read(&bytes, &sheet::Limits::default()) {
            let _ = header::find(&tables[0]);
        }
    });
}
