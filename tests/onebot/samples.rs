//! Every sample of the standard's own text, with what it means to us.

use crate::support::onebot::cq;
use libtest_mimic::Trial;
use serde_json::Value;
use std::collections::BTreeMap;
use zhibu::domain::message::{AccountKey, Segment};
use zhibu::platform::onebot::meaning::{Meaning, Said, account, read, said};
use zhibu::platform::onebot::wire::{Body, Frame, Int, Status};

pub fn tests() -> Vec<Trial> {
    vec![
        Trial::test("onebot::samples::every_sample_of_the_standard_has_its_meaning", || {
            every_sample();
            Ok(())
        }),
        Trial::test("onebot::samples::frames_of_the_api_are_told_apart", || {
            frames();
            Ok(())
        }),
    ]
}

fn us() -> AccountKey {
    account("10000")
}

fn samples() -> BTreeMap<String, Value> {
    let all: Vec<Value> = serde_json::from_str(include_str!("spec_samples.json")).unwrap();
    all.into_iter().map(|s| (s["_src"].as_str().unwrap().to_owned(), s["json"].clone())).collect()
}

/// What a message says, in one line: text as it is, `@id`, `@all`, `[image NAME]`, `[file NAME]`, `…`, `^ID`, `@me`.
fn line(s: &Said) -> String {
    let mut all: Vec<String> = s.replies_to.iter().map(|id| format!("^{id}")).collect();
    all.extend(s.mentions_bot.then(|| "@me".to_owned()));
    all.extend(s.segments.iter().map(|s| match s {
        Segment::Text(t) => t.clone(),
        Segment::At(a) => format!("@{}", a.id),
        Segment::AtAll => "@all".into(),
        Segment::Image(f) => format!("[image {}]", f.name),
        Segment::File(f) => format!("[file {}]", f.name),
        Segment::Other => "…".into(),
        Segment::Choice { says, .. } => format!("[{says}]"),
    }));
    all.join("|")
}

fn of(body: &Value) -> Said {
    let frame = Frame::read(&serde_json::json!({"message": body}).to_string()).unwrap();
    match &frame.message {
        Body::Segments(all) => said(all, &us()),
        Body::Text(text) => said(&zhibu::platform::onebot::cq::read(text), &us()),
        Body::None => Said::default(),
    }
}

fn every_sample() {
    let table = [
        ("communication/http-post.md#0", "(frame)"),
        ("communication/http.md#0", "(frame)"),
        ("communication/ws.md#0", "(frame)"),
        ("communication/ws.md#1", "(frame)"),
        ("message/array.md#0", "[image 123.jpg]"),
        ("message/array.md#1", "这是一段纯文本"),
        ("message/array.md#2", "[第一部分]|[image 123.jpg]|图片之后的部分，表情：|…"),
        ("message/segment.md#0", "纯文本内容"),
        ("message/segment.md#1", "…"),
        ("message/segment.md#2", "[image 1.jpg]"),
        ("message/segment.md#3", "…"),
        ("message/segment.md#4", "…"),
        ("message/segment.md#5", "@10001000"),
        ("message/segment.md#6", "…"),
        ("message/segment.md#7", "…"),
        ("message/segment.md#8", "…"),
        ("message/segment.md#9", "…"),
        ("message/segment.md#10", "…"),
        ("message/segment.md#11", "…"),
        ("message/segment.md#12", "…"),
        ("message/segment.md#13", "…"),
        ("message/segment.md#14", "…"),
        ("message/segment.md#15", "…"),
        ("message/segment.md#16", "…"),
        ("message/segment.md#17", "^123456"),
        ("message/segment.md#18", "…"),
        ("message/segment.md#19", "…"),
        ("message/segment.md#20", "…"),
        ("message/segment.md#21", "…"),
        ("message/segment.md#22", "…"),
        ("message/segment.md#23", "…"),
        ("message/string.md#0", "(frame)"),
    ];
    let samples = samples();
    assert_eq!(table.iter().map(|(s, _)| *s).collect::<std::collections::BTreeSet<_>>(), samples.keys().map(String::as_str).collect());
    for (source, expected) in table.into_iter().filter(|(_, e)| *e != "(frame)") {
        let sample = &samples[source];
        assert_eq!(line(&of(sample)), expected, "{source}");
        // the same in the other format means the same
        let many = sample.as_array().cloned().unwrap_or_else(|| vec![sample.clone()]);
        assert_eq!(line(&of(&cq(&many).into())), expected, "{source} as {}", cq(&many));
    }
}

fn frames() {
    let samples = samples();
    let frame = |source: &str| Frame::read(&samples[source].to_string()).unwrap();
    // what a bot may answer to an HTTP post is no event
    let quick = frame("communication/http-post.md#0");
    assert!(!quick.is_answer());
    assert_eq!(read(&quick, &us()), Meaning::Nothing("no event"));
    // an answer without echo
    let answer = frame("communication/http.md#0");
    assert!(answer.is_answer());
    assert_eq!((answer.retcode, &answer.status, &answer.data["nickname"], &*answer.echo), (Int(Some(0)), &Status::Word("ok".into()), &"滑稽".into(), ""));
    // an action, which only bots send: neither an answer nor an event
    let action = frame("communication/ws.md#0");
    assert!(!action.is_answer());
    assert_eq!(read(&action, &us()), Meaning::Nothing("no event"));
    // a failure with echo
    let failed = frame("communication/ws.md#1");
    assert!(failed.is_answer());
    assert_eq!((failed.retcode, &*failed.echo), (Int(Some(1404)), "123"));
    // the parameters of a message as a string
    let sample = &samples["message/string.md#0"];
    assert_eq!(line(&of(&sample["message"])), "…|看看我刚拍的照片|[image 123.jpg]");
}
