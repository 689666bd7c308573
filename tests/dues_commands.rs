//! Dues on the command line: a bill imported, the ledger taken away, standings made anew from the records.

use crate::support::db::Db;
use crate::support::process::Program;
use crate::support::story;
use libtest_mimic::Trial;

pub fn tests() -> Vec<Trial> {
    vec![story("dues_commands_import_export_rebuild", commands)]
}

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

async fn commands() {
    let db = Db::sqlite();
    let program = Program::new(&db);
    std::fs::write(db.dir().join("roster.csv"), "姓名,入团年月\n张三,2020-05\n王五,2021-05\n").unwrap();
    program.does(&["import", "roster", "roster.csv", "--branch", BRANCH, "--apply"]).await.well();
    let head = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n";
    let today = "2026-11-20 10:00:00";
    std::fs::write(
        db.dir().join("bill.csv"),
        format!("{head}{today},转账,张三,团费,收入,¥0.20,/,已存入零钱,\"100\t\",,/\n{today},转账,某人,团费,收入,¥0.20,/,已存入零钱,\"101\t\",,/\n"),
    )
    .unwrap();
    let shown = program.does(&["import", "dues", "bill.csv"]).await;
    assert!(shown.out.contains("能入账 1 笔，共 0.2 元") && shown.out.contains("nothing was changed: add --apply to import"), "{shown:?}");
    let done = program.does(&["import", "dues", "bill.csv", "--apply"]).await;
    assert!(done.out.contains("能入账 1 笔，共 0.2 元") && done.out.ends_with("imported\n"), "{done:?}");
    let again = program.does(&["import", "dues", "bill.csv", "--branch", BRANCH, "--apply"]).await;
    assert!(again.out.contains("能入账 0 笔，共 0 元；以前导过 1 笔；要看一眼 1 笔"), "{again:?}");
    let nowhere = program.does(&["import", "dues", "bill.csv", "--branch", "没有"]).await;
    assert!(nowhere.code == Some(1) && nowhere.err.contains("there is no branch"), "{nowhere:?}");
    let roster = program.does(&["import", "dues", "roster.csv"]).await;
    assert!(roster.code == Some(1) && roster.err.contains("这不像微信、支付宝的账单"), "{roster:?}");

    // the command line knows the real day only
    let month = db.column("SELECT period FROM record LIMIT 1").await.remove(0);
    let year = program.does(&["export", "ledger", "--branch", BRANCH, "--period", &month, "--duty", "dues", "--out", "ledger.csv"]).await;
    assert_eq!((year.code, year.out.as_str()), (Some(0), ""), "{year:?}");
    let bytes = std::fs::read(db.dir().join("ledger.csv")).unwrap();
    assert!(bytes.starts_with(&[0xEF, 0xBB, 0xBF]), "a mark, so that spreadsheets read UTF-8");
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.lines().any(|l| l.starts_with(&format!("{BRANCH},张三,,团费,{month},")) && l.contains(",0.2,0.2,0.2,0,已完成,账单或后台,")), "{text}");
    assert_eq!(program.does(&["export", "ledger", "--branch", BRANCH, "--period", "13月"]).await.code, Some(2));

    db.sql("UPDATE standing SET got = 0 WHERE got > 0").await;
    let wrong = program.does(&["check", "--records"]).await;
    assert!(wrong.code == Some(1) && wrong.err.contains("is not what the records add up to"), "{wrong:?}");
    let rebuilt = program.does(&["check", "--records", "--rebuild"]).await;
    assert!(
        rebuilt.code == Some(0) && rebuilt.out.contains("rebuild: 1 differences") && rebuilt.out.contains("cash books and the audit chain agree"),
        "{rebuilt:?}"
    );
    assert!(program.does(&["check", "--records", "--rebuild"]).await.out.contains("rebuild: 0 differences"));
    assert_eq!(program.does(&["check", "--rebuild"]).await.code, Some(2), "it goes with --records");
}
