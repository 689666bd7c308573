//! Files where a platform takes none: a link that hands the file out once, whoever looks at it before; its end by use, by time and
//! by erasing; and what is said where there are no links.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use libtest_mimic::Trial;
use reqwest::{Client, Method, Response, StatusCode};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use zhibu::config::{Config, Env};
use zhibu::domain::attachment::Attachment;
use zhibu::domain::message::{ChatKey, Outgoing, Part, SendError};
use zhibu::domain::role::Role;
use zhibu::effects::Clock;
use zhibu::hosts::Hosts;
use zhibu::metrics::Metrics;
use zhibu::web;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const PUBLIC: &str = "https://zhibu.example.org/bot";
const HOUR: i64 = 3_600_000;

pub fn tests() -> Vec<Trial> {
    [
        on_both("links::a_file_is_had_once", once),
        on_both("links::a_link_ends_with_its_time", in_time),
        on_both("links::a_group_has_it_several_times", several),
        on_both("links::what_is_refused_follows_as_a_link", refused),
        on_both("links::what_is_private_goes_to_no_group", private_matters),
        on_both("links::without_a_public_address_it_is_said_how_else", nowhere),
        on_both("links::what_did_not_leave_leaves_no_link", not_sent),
        on_both("links::erasing_takes_them_along", erased),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A bot whose links lead to `PUBLIC`; 李四 is the secretary of a branch with a group and 60 members.
async fn house(db: Db) -> House {
    configured(db, &[("ZHIBU_WEB_PUBLIC", PUBLIC), ("ZHIBU_WEB_LINK_GROUP_USES", "2")]).await
}

async fn configured(db: Db, variables: &[(&str, &str)]) -> House {
    let house = House::with(db, Arc::new(Config::load(None, &Env::of(variables.iter().copied())).unwrap())).await;
    let names: Vec<String> = (1..=60).map(|n| format!("团员{n}")).chain(["李四".to_owned(), "张三".to_owned()]).collect();
    house.branch(BRANCH, &names.iter().map(String::as_str).collect::<Vec<_>>(), 1).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.group("90000", BRANCH).await;
    house
}

/// The web listener, as a proxy reaches it.
struct Door {
    address: SocketAddr,
    client: Client,
    stop: CancellationToken,
}

impl Door {
    async fn of(house: &House) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop, config) = (listener.local_addr().unwrap(), CancellationToken::new(), house.bot.config.clone());
        let hosts = [config.bot.links.host().unwrap_or_default().to_owned()];
        let parts = web::Parts {
            routes: web::links::routes(house.store().clone(), config, house.db.clock.clone()),
            hosts: Hosts::new(address, &hosts),
            health: Arc::new(|| Box::pin(async { web::Health { well: true, detail: serde_json::Value::Null } })),
            metrics: Metrics::new(),
            body_bytes: 1 << 20,
            timeout: Duration::from_mins(5),
        };
        tokio::spawn(web::serve(listener, web::router(parts), stop.clone()));
        Self { address, client: Client::new(), stop }
    }

    /// What is at a link of ours, asked as a member's browser asks the proxy.
    async fn asks(&self, method: Method, link: &str) -> Response {
        let path = link.strip_prefix(PUBLIC).expect("a link of ours");
        let request = self.client.request(method, format!("http://{}{path}", self.address)).header("host", "zhibu.example.org");
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["cache-control"], "no-store");
        response
    }

    /// The page there.
    async fn page(&self, link: &str) -> (StatusCode, String) {
        let response = self.asks(Method::GET, link).await;
        assert_eq!(
            (&response.headers()["content-type"], &response.headers()["referrer-policy"]),
            (&"text/html; charset=utf-8".parse().unwrap(), &"no-referrer".parse().unwrap())
        );
        (response.status(), response.text().await.unwrap())
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The link in a text.
fn link(text: &str) -> String {
    let at = text.find(PUBLIC).unwrap_or_else(|| panic!("no link in {text}"));
    text[at..].split_whitespace().next().unwrap().to_owned()
}

fn plan(private: bool) -> Attachment {
    Attachment { private, ..Attachment::csv("方案 1.csv", "张三,1\n".into()) }
}

async fn once(db: Db) {
    let house = house(db).await;
    let door = Door::of(&house).await;
    let said = house.whispers("李四", "导出10月和11月团费台账").await;
    let link = link(&said);
    assert_eq!(
        said,
        format!(
            "第一团支部台账共 124 行，表格给你，用 Excel 或 WPS 打开就行。里面有金额和姓名，别转到大群里。\n\
            文件“第一团支部-团费-2026-10_2026-11.csv”在这里下载：{link}\n只能下载一次，24 小时内有效，别转给别人。"
        )
    );
    let token = link.rsplit('/').next().unwrap();
    assert!(token.len() == 48 && token.bytes().all(|b| b.is_ascii_hexdigit()), "{link}");
    let kept = "SELECT digest || chat || name || mime FROM link";
    let row = house.db.column(kept).await;
    assert!(row.len() == 1 && !row[0].contains(token), "what is kept opens nothing: {row:?}");
    // previews look, and look again
    assert_eq!(door.asks(Method::HEAD, &link).await.status(), StatusCode::OK);
    for _ in 0..3 {
        let (status, page) = door.page(&link).await;
        assert!(status == StatusCode::OK && page.contains("<form method=\"post\"><button>下载文件</button>"), "{page}");
        assert!(!page.contains("台账") && !page.contains("支部-团费"), "no name for those who only look: {page}");
    }
    // of two presses at once one gets it
    let (one, two) = tokio::join!(door.asks(Method::POST, &link), door.asks(Method::POST, &link));
    let (got, other) = if one.status() == StatusCode::OK { (one, two) } else { (two, one) };
    assert_eq!((got.status(), other.status()), (StatusCode::OK, StatusCode::GONE));
    let header = |name: &str| got.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"_____-__-2026-10_2026-11.csv\"; filename*=UTF-8''%E7%AC%AC%E4%B8%80%E5%9B%A2%E6%94%AF%E9%83%A8-%E5%9B%A2%E8%B4%B9-2026-10_2026-11.csv"
    );
    assert_eq!((header("content-type").as_str(), header("x-content-type-options").as_str()), ("text/csv", "nosniff"));
    let table = got.text().await.unwrap();
    assert!(table.lines().count() == 125 && table.contains("团员60"), "{table}");
    assert_eq!(house.db.column("SELECT body || name FROM link").await, [""], "nothing is left of it");
    for method in [Method::GET, Method::POST] {
        let response = door.asks(method, &link).await;
        let (status, page) = (response.status(), response.text().await.unwrap());
        assert!(status == StatusCode::GONE && page.contains("已经下载过了") && !page.contains("<form"), "{page}");
    }
    // what is no link
    for token in ["", "x", &token[1..], &token.replace(|c: char| c.is_ascii_digit(), "g"), "..%2f..%2fetc%2fpasswd", "%00", &"a".repeat(5000)] {
        let path = format!("http://{}/f/{token}", door.address);
        let response = door.client.get(path).header("host", "zhibu.example.org").send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{token}");
    }
    house.ends().await;
}

async fn in_time(db: Db) {
    let house = house(db).await;
    let door = Door::of(&house).await;
    let link = link(&house.whispers("李四", "导出10月和11月团费台账").await);
    house.clock().advance(24 * HOUR - 1);
    assert_eq!(door.page(&link).await.0, StatusCode::OK);
    house.clock().advance(1);
    for method in [Method::GET, Method::POST] {
        let response = door.asks(method, &link).await;
        let (status, page) = (response.status(), response.text().await.unwrap());
        assert!(status == StatusCode::GONE && page.contains("链接过期了"), "{page}");
    }
    // the file goes with its time, the mark some days later
    let keep = house.bot.config.bot.retention.clone();
    let now = house.clock().now();
    assert_eq!(house.store().end_links(now).await.unwrap(), 0, "not before the instant is over");
    assert_eq!(house.store().end_links(now + 1).await.unwrap(), 1);
    assert_eq!(house.db.column("SELECT body || name FROM link").await, [""]);
    assert!(door.page(&link).await.1.contains("链接过期了"));
    house.store().retain(&keep, "2026-12-02", now + 8 * 24 * HOUR).await.unwrap();
    assert_eq!(house.db.column("SELECT digest FROM link").await, Vec::<String>::new());
    let (status, page) = door.page(&link).await;
    assert!(status == StatusCode::NOT_FOUND && page.contains("没有这个链接"), "{page}");
    house.ends().await;
}

/// A notice's document is for all who read it there; it waits in the outbox as a file, and becomes a link when it is sent.
async fn several(db: Db) {
    let house = house(db).await;
    let door = Door::of(&house).await;
    house.whispers("李四", "通知：附件请查收").await;
    assert_eq!(house.drops("李四", "方案.docx", vec![7; 2000]).await, "好的，带上“方案.docx”。回“是”就发。");
    assert!(house.whispers("李四", "是").await.starts_with("发了，1 个群。"));
    assert_eq!(house.db.column("SELECT digest FROM link").await, Vec::<String>::new(), "its time begins when it is sent");
    house.delivered().await;
    let said = house.read(&ChatKey::group("onebot", "90000"));
    let link = link(&said);
    assert_eq!(said, format!("【通知】附件请查收\n看到请回“收到”。\n文件“方案.docx”在这里下载：{link}\n24 小时内有效。"));
    for _ in 0..2 {
        let got = door.asks(Method::POST, &link).await;
        assert_eq!((got.status(), got.bytes().await.unwrap().len()), (StatusCode::OK, 2000));
    }
    assert_eq!(door.asks(Method::POST, &link).await.status(), StatusCode::GONE);
    // a picture is a file where files are taken, and a link where not
    let picture = Attachment { name: "统计.png".into(), mime: "image/png".into(), bytes: vec![1, 2, 3].into(), private: false };
    let message = Outgoing { parts: vec![Part::Picture(picture.clone())], ..Outgoing::text(ChatKey::group("onebot", "90000"), "") };
    house.bot.send(&message).await.unwrap();
    assert!(house.read(&message.chat).starts_with("文件“统计.png”在这里下载：https://"));
    house.wire.has_files();
    house.bot.send(&message).await.unwrap();
    assert_eq!(house.wire.take()[0].parts, [Part::File(picture)]);
    house.ends().await;
}

async fn refused(db: Db) {
    let house = house(db).await;
    let door = Door::of(&house).await;
    house.wire.has_files();
    house.wire.refuses_files();
    let said = house.whispers("李四", "导出10月和11月团费台账").await;
    assert!(said.starts_with("文件“第一团支部-团费-2026-10_2026-11.csv”在这里下载："), "{said}");
    assert_eq!(door.asks(Method::POST, &link(&said)).await.status(), StatusCode::OK);
    // one that does not take words either leaves nothing behind
    house.wire.mutes(&ChatKey::private(&account("李四")), true);
    let before = house.db.column("SELECT digest FROM link").await;
    assert_eq!(house.whispers("李四", "导出10月和11月团费台账").await, "");
    assert_eq!(house.db.column("SELECT digest FROM link").await, before);
    house.ends().await;
}

/// Whatever asks for it: neither the file of one person's eyes nor its link reaches a group.
async fn private_matters(db: Db) {
    let house = house(db).await;
    let message =
        |private| Outgoing { parts: vec![Part::Text("台账".into()), Part::File(plan(private))], ..Outgoing::text(ChatKey::group("onebot", "90000"), "") };
    for takes in [false, true] {
        if takes {
            house.wire.has_files();
        }
        assert!(matches!(house.bot.send(&message(true)).await, Err(SendError::Refused(_))));
        assert!(!house.wire.has_sent());
    }
    assert_eq!(house.db.column("SELECT digest FROM link").await, Vec::<String>::new());
    house.bot.send(&message(false)).await.unwrap();
    assert_eq!(house.wire.take().len(), 1);
    let group = house.unbound_group("90000");
    assert_eq!(group.asks("李四", "导出台账").await, house.bot.say("private-only", &[]));
    house.ends().await;
}

async fn nowhere(db: Db) {
    let house = configured(db, &[]).await;
    let said = house.whispers("李四", "导出10月和11月团费台账").await;
    assert_eq!(
        said,
        format!("台账有 124 行，聊天里放不下。可以换一个能收文件的平台私聊我，或者请管理员运行 zhibu export ledger --branch {BRANCH} --period 月份。")
    );
    house
        .bot
        .send(&Outgoing { parts: vec![Part::Text("请看".into()), Part::File(plan(true))], ..Outgoing::text(ChatKey::private(&account("李四")), "") })
        .await
        .unwrap();
    assert_eq!(
        house.read(&ChatKey::private(&account("李四"))),
        "请看\n文件“方案 1.csv”在这里发不过去。可以换一个能收文件的平台私聊我再要一次，或者请管理员用 zhibu export 导出来给你。"
    );
    let door = Door::of(&house).await;
    let there = door.client.get(format!("http://{}/f/abc", door.address)).send().await.unwrap();
    assert_eq!(there.status(), StatusCode::NOT_FOUND, "there is no door");
    house.ends().await;
}

async fn not_sent(db: Db) {
    let house = house(db).await;
    let message = Outgoing { parts: vec![Part::File(plan(true))], ..Outgoing::text(ChatKey::private(&account("李四")), "") };
    house.wire.busy(true);
    assert!(matches!(house.bot.send(&message).await, Err(SendError::Later { .. })));
    assert_eq!(house.db.column("SELECT digest FROM link").await, Vec::<String>::new());
    house.wire.busy(false);
    // it may have arrived: then it must open
    house.wire.fails(true);
    assert!(matches!(house.bot.send(&message).await, Err(SendError::Unknown(_))));
    assert_eq!(house.db.column("SELECT digest FROM link").await.len(), 1);
    house.wire.fails(false);
    house.ends().await;
}

async fn erased(db: Db) {
    let house = house(db).await;
    let to = |name: &str, text: &str| Outgoing {
        parts: vec![Part::File(Attachment::csv("a.csv", text.into()).in_private())],
        ..Outgoing::text(ChatKey::private(&account(name)), "")
    };
    for message in [to("李四", "姓名\n张三\n"), to("李四", "姓名\n王五\n"), to("张三", "姓名\n王五\n")] {
        house.bot.send(&message).await.unwrap();
    }
    house.wire.take();
    house.whispers("张三", "删除我的数据").await;
    assert!(house.whispers("张三", "是").await.starts_with("删好了"));
    let chats = house.db.column("SELECT chat FROM link").await;
    assert_eq!(chats, [ChatKey::private(&account("李四")).to_string()], "only the one that names nobody and is another's");
    house.ends().await;
}
