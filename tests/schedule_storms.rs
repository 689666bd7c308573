//! Letters through a real platform's wire that fails in every way it can: 1200 again and again, slow, silent, closed in the
//! middle of a frame, gone; each letter arrives at least once, in its chat's order, and nothing is called sent that is not.

use crate::schedule_world::World;
use crate::support::db::{Db, on_both};
use crate::support::onebot::{Answer, Format, Implementation, TIMEOUT};
use libtest_mimic::Trial;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use zhibu::config::{Config, Env};
use zhibu::domain::message::{ChatKey, Courier, Event, Outgoing};
use zhibu::hosts::Hosts;
use zhibu::metrics::Metrics;
use zhibu::platform::Platform as _;
use zhibu::platform::onebot::{OneBot, Timing};
use zhibu::schedule::Sending;
use zhibu::store::sending::outbox::Letter;
use zhibu::web::{self, Health, Parts};

pub fn tests() -> Vec<Trial> {
    on_both("schedule_storms::every_letter_arrives_through_all_of_them", storms)
}

const TOKEN: &str = "gut-geheim";

async fn storms(db: Db) {
    let mut config = Config::load(None, &Env::of([("ZHIBU_ONEBOT_TOKEN", TOKEN), ("ZHIBU_ONEBOT_ACTION_TIMEOUT_MS", "300")])).unwrap();
    config.bot.reminders.quiet = None;
    let mut w = World::with(db, "2026-11-22 12:00", config).await;
    let (events, mut heard) = mpsc::channel(64);
    let onebot = OneBot::start(&w.parts.config.bot.onebot, Timing::default(), &w.parts.effects, Metrics::new(), events).unwrap();
    let listener = web::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let site = web::router(Parts {
        routes: onebot.routes(),
        hosts: Hosts::new(address, &[]),
        health: Arc::new(|| Box::pin(async { Health { well: true, detail: serde_json::json!({}) } })),
        metrics: Metrics::new(),
        body_bytes: 1 << 20,
        timeout: std::time::Duration::from_secs(20),
    });
    let stop = CancellationToken::new();
    tokio::spawn(web::serve(listener, site, stop.clone()));
    let couriers: Vec<Arc<dyn Courier>> = vec![onebot.courier()];
    w.parts.couriers = couriers.into();
    w.parts.sending = Sending { timeout: 30_000, unsure_times: 50, ..Sending::default() };
    let door = format!("ws://{address}/onebot/v11/ws");
    let qq = Implementation::new("10000", Format::Array);
    for group in ["1", "2"] {
        qq.member(group, "20001", "张三", "张三");
    }
    let (mut online, mut d) = (false, w.deliverer());
    let mut all = Vec::new();
    // 1200 and a timeout of the platform's trip the breaker in between; a cut and a cut frame end the connection
    let storm = [
        Answer::Fails(1200, "busy"),
        Answer::Silence,
        TIMEOUT,
        Answer::Unsaid,
        Answer::Cut,
        Answer::Fails(1200, "EventChecker Failed"),
        TIMEOUT,
        TIMEOUT,
        TIMEOUT,
    ];
    for (n, answer) in storm.into_iter().enumerate() {
        let letter = |group: &str| {
            let chat = ChatKey::group("onebot", group);
            Letter { dedupe_key: format!("test/{n}/{group}"), message: Outgoing::text(chat, format!("第{n}条")), expires_at: i64::MAX }
        };
        let letters = [letter("1"), letter("2")];
        w.store.queue_letters(&letters, w.now()).await.unwrap();
        all.extend(letters);
        if !online {
            qq.connect(&door, Some(TOKEN)).await.unwrap();
            qq.lifecycle();
            online = wait_for(&mut heard, true).await;
        }
        qq.answers("send_group_msg", answer.clone());
        d.step(w.now()).await.unwrap();
        qq.recovers("send_group_msg");
        if n % 3 == 2 && online {
            // the rest of this frame never comes
            qq.half_a_frame();
            online = !wait_for(&mut heard, false).await;
        } else if matches!(answer, Answer::Cut) {
            online = !wait_for(&mut heard, false).await;
        }
        // longer than anything waits
        w.clock.advance(3 * 3_600_000);
    }
    if !online {
        qq.connect(&door, Some(TOKEN)).await.unwrap();
        qq.lifecycle();
        wait_for(&mut heard, true).await;
    }
    // however long rests and waits became, they end
    for _ in 0..100 {
        w.clock.advance(600_000);
        while d.step(w.now()).await.unwrap().more() {}
        if w.outbox().await == (0, 0) {
            break;
        }
    }
    assert_eq!(w.outbox().await, (0, 0), "none is left, none was given up");
    let arrived = qq.all_sent();
    for group in ["1", "2"] {
        let mut seen = BTreeSet::new();
        // what comes a second time is no news; the news come in order
        let news: Vec<&str> = arrived.iter().filter(|s| s.chat == group && seen.insert(&s.text)).map(|s| s.text.as_str()).collect();
        assert_eq!(news, (0..9).map(|n| format!("第{n}条")).collect::<Vec<_>>(), "group {group}");
    }
    let ids: BTreeSet<String> = arrived.iter().map(|s| s.id.to_string()).collect();
    for sent_as in w.db.column("SELECT sent_as FROM outbox WHERE state = 'sent'").await {
        assert!(ids.contains(&sent_as), "{sent_as} is called sent");
    }
    assert_eq!(w.db.column("SELECT sent_as FROM outbox WHERE state = 'sent'").await.len(), all.len());
    stop.cancel();
    w.end().await;
}

/// Waits until the account is online, or no longer is.
async fn wait_for(heard: &mut mpsc::Receiver<Event>, wanted: bool) -> bool {
    loop {
        let event = tokio::time::timeout(crate::support::onebot::PATIENCE, heard.recv()).await.expect("news of the account").expect("the platform runs");
        if matches!(event, Event::Account { online, .. } if online == wanted) {
            return true;
        }
    }
}
