//! How long the language takes: nanoseconds a call, best of several rounds. Run with `cargo bench --bench language`.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;
use zhibu::config::{Config, Env};
use zhibu::language::{Around, Grammar, NameList, Names};

fn main() {
    let config = Config::load(None, &Env::default()).expect("the embedded defaults load");
    let started = Instant::now();
    let grammar = Grammar::new(&config.duties, &["小支".to_owned()]).expect("the embedded words compile");
    println!("{:>12} ns  compile the grammar, once", started.elapsed().as_nanos());

    let roster: Vec<String> = (0..3000_u32)
        .map(|i| format!("{}{}{}", pick("王李张刘陈杨黄赵周吴", i), pick("伟芳娜敏静秀丽强磊洋", i / 10), pick("国燕建文华明志红玉平龙", i / 100)))
        .collect();
    let started = Instant::now();
    let names = NameList::new(&roster);
    println!("{:>12} ns  index a roster of {}", started.elapsed().as_nanos(), names.len());

    let today = "2026-11-22".parse().expect("a date");
    let mut chain = String::from("#接龙\n本周青年大学习\n\n");
    for (i, name) in roster.iter().step_by(10).enumerate() {
        let _ = writeln!(chain, "{}. {name} 已完成", i + 1);
    }
    let cases = [
        ("chatter", false, "今天下午打球吗,三缺一,来的在楼下等我,顺便带瓶水,谢谢啦哈哈哈"),
        ("a near miss", false, "团费怎么交啊"),
        ("report", false, "补交9月和10月团费0.4元"),
        ("two reports", false, "团费0.2已交,大学习也看完了"),
        ("traditional", false, "這個月團費已繳兩毛"),
        ("check-in", false, "签到 4821"),
        ("question", true, "上个月还有谁没交团费"),
        ("chain of 300", false, &chain),
    ];
    for (what, addressed, text) in cases {
        let around = Around { today, addressed, names: &names };
        let calls = if text.len() > 1000 { 20 } else { 2000 };
        let best = (0..15)
            .map(|_| {
                let started = Instant::now();
                for _ in 0..calls {
                    black_box(grammar.understand(black_box(text), &around));
                }
                started.elapsed().as_nanos() / calls
            })
            .min()
            .unwrap_or(0);
        println!("{best:>12} ns  {what}: {} intents", grammar.understand(text, &around).len());
    }
    let around = Around { today, addressed: false, names: &names };
    let best = (0..15)
        .map(|_| {
            let started = Instant::now();
            black_box(grammar.chain_head(black_box(&chain), &around));
            for _ in 0..300 {
                black_box(grammar.entry(Some("study"), black_box("已完成"), &around));
            }
            started.elapsed().as_nanos()
        })
        .min()
        .unwrap_or(0);
    println!("{best:>12} ns  what a list's head and its 300 entries say");
    repeated(&grammar, &Around { addressed: true, ..around });
    let started = Instant::now();
    let alike = names.similar("王艳红");
    println!("{:>12} ns  similar names: {alike:?}", started.elapsed().as_nanos());
}

/// What one makes of the same few words over and over: how much longer twice as much takes (2 where time grows with the length).
fn repeated(grammar: &Grammar, around: &Around<'_>) {
    let pieces =
        ["团费交了,", "团费交了 ", "张三的团费,我帮忙交了,", "签到,", " ", "(a", "1、", "1.", "11月26、", "/未", "2班", "团费:", "提醒张三", "第二团支部"];
    for piece in pieces {
        let nanos = |bytes: usize| {
            let text = format!("团费{}", piece.repeat(bytes / piece.len()));
            let once = || {
                let started = Instant::now();
                black_box(grammar.understand(black_box(&text), around));
                started.elapsed().as_nanos()
            };
            (0..5).map(|_| once()).min().unwrap_or(0)
        };
        let (half, whole) = (nanos(3_900), nanos(7_800));
        println!("{whole:>12} ns  7,800 bytes of {piece:?}, {}.{} times as long as half of it", whole / half.max(1), whole * 10 / half.max(1) % 10);
    }
}

fn pick(from: &str, at: u32) -> char {
    let count = u32::try_from(from.chars().count()).unwrap_or(1);
    from.chars().nth((at % count) as usize).unwrap_or('王')
}
