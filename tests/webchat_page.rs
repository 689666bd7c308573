//! The web chat's page in a real Chromium, over real sockets, before a small world: what a visitor can do and sees.

use crate::support::backstage::World;
use crate::support::browser::{Browser, Page, chromium};
use crate::support::{lacking, story};
use libtest_mimic::Trial;
use serde_json::json;
use std::path::PathBuf;

pub fn tests() -> Vec<Trial> {
    vec![
        story("webchat_page/a_visitor_speaks_and_is_answered", a_visitor_speaks_and_is_answered),
        story("webchat_page/by_keyboard_alone", by_keyboard_alone),
        story("webchat_page/the_clock_moves_to_the_next_reminder", the_clock_moves),
        story("webchat_page/on_a_phone_nothing_overflows", on_a_phone),
        story("webchat_page/a_file_is_dropped_in", a_file_is_dropped_in),
        story("webchat_page/hostile_text_stays_text", hostile_text_stays_text),
    ]
    .into_iter()
    .map(|t| t.with_ignored_flag(lacking::ignore("Chromium", chromium().is_some())))
    .collect()
}

/// Where pictures go, when somebody wants to look at them.
fn pictures() -> Option<PathBuf> {
    std::env::var_os("WEBCHAT_PICTURES").map(PathBuf::from)
}

pub async fn picture(page: &Page<'_>, name: &str) {
    if let Some(folder) = pictures() {
        std::fs::create_dir_all(&folder).unwrap();
        page.picture(&folder.join(format!("{name}.png"))).await;
    }
}

/// Becomes somebody by typing a piece of the name.
pub async fn become_(page: &Page<'_>, piece: &str, whole: &str) {
    page.click("#search").await;
    page.types(piece).await;
    page.until(&format!(
        "document.querySelectorAll('#people [role=option]').length === 1 && document.querySelector('#people').innerText.includes({})",
        json!(whole)
    ))
    .await;
    page.press("Enter").await;
    page.shows("#me", whole).await;
}

pub async fn say(page: &Page<'_>, text: &str) {
    page.until("document.activeElement.id === 'input'").await;
    page.types(text).await;
    page.press("Enter").await;
}

pub async fn no_overflow(page: &Page<'_>, at: &str) {
    let wide = page
        .eval("[...document.querySelectorAll('body, body *')].filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest('.chips') && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + '.' + e.className + '#' + e.id)")
        .await;
    assert_eq!(wide, json!([]), "{at}");
    assert_eq!(page.eval("document.documentElement.scrollWidth <= innerWidth").await, true, "{at}");
}

async fn a_visitor_speaks_and_is_answered() {
    let world = World::start().await;
    let browser = Browser::start().await;
    let page = browser.open(&world.url("/"), 1280, 800).await;
    page.shows("#room-name", "第一团支部群").await;
    page.shows("#me", "韦春晓").await;
    become_(&page, "小雨", "杨小雨").await;
    say(&page, "交了团费 0.2元").await;
    page.shows(".message.mine .bubble", "交了团费 0.2元").await;
    page.shows(".message.from-bot .bubble", "@杨小雨 收到：交了团费 0.2元").await;
    page.shows(".message.from-bot .quote", "杨小雨：交了团费 0.2元").await;
    assert_eq!(page.text(".message.mine time").await, "19:30");
    assert_eq!(page.text(".mention.to-me").await, "@杨小雨");
    page.shows("#ledger tbody tr", "0.2 元").await;
    page.click("#tab-heard").await;
    assert_eq!(page.eval("document.querySelector('mark').firstChild.data").await, "团费");
    page.shows("#heard .card", "0.2 元").await;
    picture(&page, "desktop-zh-heard").await;

    // a second page hears it live, and the reaction
    let other = browser.open(&world.url("/"), 1280, 800).await;
    other.shows(".message .bubble", "交了团费 0.2元").await;
    page.click("#input").await;
    say(&page, "大学习看完了").await;
    other.shows(".message .bubble", "大学习看完了").await;
    other.shows(".reaction", "👌").await;

    // quoting the bot, and taking back
    page.eval("document.querySelector('.message.from-bot .tool').click()").await;
    page.shows("#reply", "小支").await;
    say(&page, "对").await;
    page.shows(".message.mine .quote", "小支：@杨小雨 收到").await;
    page.eval("[...document.querySelectorAll('.message.mine')].at(-1).querySelectorAll('.tool')[1].click()").await;
    page.shows(".gone", "杨小雨撤回了一条消息").await;
    page.shows(".message.from-bot .bubble", "要撤销刚才记下的吗？").await;

    page.click("#lang").await;
    page.shows("#send", "Send").await;
    page.shows("#tab-heard", "What was understood").await;
    page.shows(".gone", "took a message back").await;
    page.click("#tab-ledger").await;
    picture(&page, "desktop-en").await;
    no_overflow(&page, "English").await;
    page.scheme("dark").await;
    picture(&page, "desktop-en-dark").await;
    assert_eq!(page.complaints(), Vec::<String>::new());
}

async fn by_keyboard_alone() {
    let world = World::start().await;
    let browser = Browser::start().await;
    let page = browser.open(&world.url("/"), 1280, 800).await;
    page.shows("#me", "韦春晓").await;
    // Tab leads from the top to the search
    page.press("Tab").await;
    assert_eq!(page.eval("document.activeElement.className").await, "skip");
    for id in ["next", "lang", "search"] {
        page.press("Tab").await;
        assert_eq!(page.eval("document.activeElement.id").await, id);
        assert_eq!(page.eval("document.activeElement.matches(':focus-visible')").await, true, "{id}");
    }
    page.until("!document.querySelector('#people').hidden").await;
    page.press("ArrowDown").await;
    page.press("ArrowDown").await;
    page.press("ArrowDown").await;
    assert_eq!(page.text("#people [aria-selected=true] b, #people [aria-selected=true] div div").await, "陈志远 团委");
    page.press("Escape").await;
    page.until("document.querySelector('#people').hidden").await;
    page.types("欧阳").await;
    page.press("Enter").await;
    page.shows("#room-name", "第二团支部群").await;
    // a slash leads to the message box, from anywhere but a box
    page.eval("document.querySelector('#log').focus()").await;
    page.press("/").await;
    say(&page, "你好").await;
    page.shows(".from-bot .bubble", "收到：你好").await;
    assert_eq!(page.eval("document.querySelector('#input').value").await, "");
    // on to the tabs of the panel
    page.press("Tab").await;
    assert_eq!(page.eval("document.activeElement.id").await, "send");
    page.press("Tab").await;
    assert_eq!(page.eval("document.activeElement.id").await, "tab-ledger");
    page.press("ArrowRight").await;
    assert_eq!(page.eval("document.activeElement.id + document.querySelector('#heard').hidden").await, "tab-heardfalse");
    // the panel of a narrower window opens and closes
    page.size(1000, 700).await;
    page.eval("document.querySelector('#panel-toggle').focus()").await;
    page.press("Enter").await;
    page.until("document.querySelector('#panel').checkVisibility({visibilityProperty: true})").await;
    page.press("Escape").await;
    page.until("!document.querySelector('#panel').checkVisibility({visibilityProperty: true})").await;
    assert_eq!(page.eval("document.activeElement.id").await, "panel-toggle");
    no_overflow(&page, "1000 px").await;
    assert_eq!(page.eval("document.querySelector('#log').getAttribute('aria-live')").await, "polite");
    assert_eq!(page.complaints(), Vec::<String>::new());
}

async fn the_clock_moves() {
    let world = World::start().await;
    let browser = Browser::start().await;
    let page = browser.open(&world.url("/"), 1280, 800).await;
    become_(&page, "小雨", "杨小雨").await;
    page.shows("#clock", "2026-11-22 19:30 周日").await;
    page.click("#next").await;
    page.shows("#clock", "2026-11-22 20:00 周日").await;
    page.shows("#toast", "时间到了 2026-11-22 20:00：青年大学习").await;
    page.shows(".from-bot .bubble", "本期青年大学习今晚截止").await;
    // the secretary's private reminder waits, unread, in the list
    page.shows("#rooms .badge", "1").await;
    page.until("document.title.startsWith('(1)')").await;
    page.click("#rooms [data-chat='webchat:@s1']").await;
    page.shows("#me", "韦春晓").await;
    page.shows(".from-bot .bubble", "还有 3 人没交团费").await;
    page.until("!document.title.startsWith('(')").await;
    picture(&page, "desktop-zh-private").await;
    assert_eq!(page.complaints(), Vec::<String>::new());
}

async fn on_a_phone() {
    let world = World::start().await;
    let browser = Browser::start().await;
    let page = browser.open(&world.url("/"), 390, 844).await;
    page.shows("#room-name", "第一团支部群").await;
    no_overflow(&page, "first look").await;
    page.click("#as").await;
    page.until("document.body.dataset.view === 'side'").await;
    page.shows("#people", "陈志远").await;
    no_overflow(&page, "choosing").await;
    picture(&page, "phone-zh-people").await;
    page.types("小雨").await;
    page.until("document.querySelectorAll('#people [role=option]').length === 1").await;
    page.press("Enter").await;
    page.shows("#as", "杨小雨").await;
    say(&page, &format!("交了团费 0.2元 {}", "啊".repeat(120))).await;
    say(&page, &"w".repeat(200)).await;
    page.shows(".from-bot .bubble", "www").await;
    no_overflow(&page, "long words").await;
    picture(&page, "phone-zh-talk").await;
    for (to, shown) in [("ledger", "#ledger"), ("heard", "#heard"), ("side", "#rooms"), ("talk", "#log")] {
        page.click(&format!(".bottom [data-to={to}]")).await;
        page.until(&format!("document.querySelector('{shown}').checkVisibility()")).await;
        no_overflow(&page, to).await;
        picture(&page, &format!("phone-zh-{to}")).await;
    }
    page.click("#lang").await;
    page.shows("#send", "Send").await;
    for to in ["side", "ledger", "heard", "talk"] {
        page.click(&format!(".bottom [data-to={to}]")).await;
        no_overflow(&page, to).await;
        picture(&page, &format!("phone-en-{to}")).await;
    }
    page.size(320, 568).await;
    no_overflow(&page, "320 px").await;
    assert_eq!(page.complaints(), Vec::<String>::new());
}

async fn a_file_is_dropped_in() {
    let world = World::start().await;
    let browser = Browser::start().await;
    let folder = tempfile::tempdir().unwrap();
    let roster = folder.path().join("名册.csv");
    std::fs::write(&roster, "姓名,团员编号\n张三,202400000001\n").unwrap();
    let page = browser.open(&world.url("/"), 1280, 800).await;
    page.shows("#room-name", "第一团支部群").await;
    page.drop_file("#log", &roster).await;
    page.shows("#toast", "名册请在私聊里发给小支").await;
    page.click("#rooms [data-chat='webchat:@s1']").await;
    page.shows("#room-name", "与小支私聊").await;
    page.drop_file("#log", &roster).await;
    page.shows("#attached", "名册.csv").await;
    page.click("#send").await;
    let bytes = std::fs::metadata(&roster).unwrap().len();
    page.shows(".from-bot .bubble", &format!("收到文件《名册.csv》，{bytes} 字节")).await;
    page.shows(".message.mine .file", "名册.csv").await;
    // one that is too big is refused before it is sent
    let big = folder.path().join("big.xlsx");
    std::fs::write(&big, vec![0; 5 * 1024 * 1024 + 1]).unwrap();
    page.drop_file("#log", &big).await;
    page.shows("#toast", "最多 5 MB").await;
    assert_eq!(page.complaints(), Vec::<String>::new());
}

async fn hostile_text_stays_text() {
    let world = World::start().await;
    let browser = Browser::start().await;
    let page = browser.open(&world.url("/"), 1280, 800).await;
    page.shows("#me", "韦春晓").await;
    become_(&page, "onerror", "<img src=x onerror=alert(1)>").await;
    let evil = "<img src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script> 团费 &amp; {name} javascript:alert(1)";
    say(&page, evil).await;
    page.until(&format!("document.querySelector('.message.mine .bubble')?.textContent === {}", json!(evil))).await;
    page.shows(".from-bot .bubble", "<script>window.pwned=1</script>").await;
    page.click("#tab-heard").await;
    page.shows("#heard", "<img src=x").await;
    page.shows("#ledger, #heard", "团费").await;
    page.click("#lang").await;
    page.shows("#send", "Send").await;
    assert_eq!(page.eval("document.querySelectorAll('.log img, .panel img, .side img, .log script').length").await, 0);
    assert_eq!(page.eval("typeof window.pwned").await, "undefined");
    // and the policy would stop what slipped through
    let injected = "new Promise(done => { addEventListener('securitypolicyviolation', e => done(e.effectiveDirective)); const s = document.createElement('script'); s.textContent = 'window.pwned=1'; document.body.append(s); })";
    assert_eq!(page.eval(injected).await, "script-src-elem");
    assert_eq!(page.eval("typeof window.pwned").await, "undefined");
}
