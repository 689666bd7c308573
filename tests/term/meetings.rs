//! Four theme days: late, left early, leave, proxy, observers, a quorum that is met and one that is not.

use super::Term;
use super::study::members;

const ITEMS: &str = "青年大学习、缴纳团费、民主议事、团务公开、支部组织生活、团干部密切联系青年、“智慧团建”网上共青团建设";

/// Everybody who is a member in the week of that issue checks in, but these.
async fn present(term: &Term, week: usize, but: &[&str]) {
    for name in members(week).into_iter().filter(|name| !but.contains(name)) {
        assert_eq!(term.group().says(name, "签到").await, format!("签到成功：{name}，主题团日。"));
    }
}

async fn asks(term: &Term, all: &[(&str, &str, &str)]) {
    for (name, text, answer) in all {
        assert_eq!(term.group().asks(name, text).await, *answer, "{name}: {text}");
    }
}

pub async fn march(term: &Term) {
    term.at("2026-03-26 20:00").await;
    term.says(&[("何平", "主题团日请病假", "好的，何平3月主题团日请假，记下了。")]).await;
    term.at("2026-03-27 19:00").await;
    asks(
        term,
        &[
            ("王五", "开始签到", "这件事要团支书来做，可以请 TA 跟我说一声。"),
            ("李四", "开始签到 学雷锋 到20:30", "主题团日（学雷锋）签到开始了，20:30 截止。在群里回“签到”就行。"),
        ],
    )
    .await;
    present(term, 4, &["尤佳", "何平", "曹操", "魏莱"]).await;
    term.says(&[("曹操", "团日晚到十分钟，签到", "签到成功：曹操，主题团日（迟到）。")]).await;
    asks(
        term,
        &[
            ("李四", "魏莱签到", "签到成功：魏莱，主题团日（代签）。"),
            ("李四", "完成：缴纳团费", &format!("事项 1/7，已办：缴纳团费，未办：{}。", ITEMS.replace("、缴纳团费", ""))),
            ("李四", "主持：张三", "主持记下了：张三。"),
            ("李四", "记录人：陈明", "记录人记下了：陈明。"),
            ("陈明", "记录：王五：下个月去植树", "记下了，第 1 条。"),
            (
                "李四",
                "结束签到",
                "主题团日（学雷锋）签到结束：应到 28，实到 26（迟到 1，早退 0），请假 1，缺席 1。\n迟到：曹操\n代签：魏莱\n请假：何平\n没到：尤佳",
            ),
            ("李四", "3月主题团日统计", "3月主题团日：应到 28 = 实到 26 + 请假 1 + 缺席 1，出勤率 92.9 %，其中晚了的 1"),
        ],
    )
    .await;
}

pub async fn april(term: &Term) {
    term.at("2026-04-24 19:00").await;
    asks(term, &[("李四", "开始签到 民主评议 到20:30", "主题团日（民主评议）签到开始了，20:30 截止。在群里回“签到”就行。")]).await;
    term.says(&[("施雨", "主题团日请事假", "好的，施雨4月主题团日请假，记下了。")]).await;
    present(term, 8, &["尤佳", "吕刚", "施雨"]).await;
    asks(
        term,
        &[
            (
                "李四",
                "结束签到",
                "主题团日（民主评议）签到结束：应到 30，实到 27（迟到 0，早退 0），请假 1，缺席 2。\n请假：施雨\n没到：尤佳、吕刚\n\
                 民主评议要超过应到的 2/3：应到 30，实到 27，够了，可以进行。",
            ),
            ("李四", "4月主题团日统计", "4月主题团日：应到 30 = 实到 27 + 请假 1 + 缺席 2，出勤率 90 %"),
        ],
    )
    .await;
}

/// Nobody closes it: its time does.
pub async fn may(term: &Term) {
    term.at("2026-05-29 19:00").await;
    asks(term, &[("李四", "开始签到 到20:30", "主题团日签到开始了，20:30 截止。在群里回“签到”就行。")]).await;
    present(term, 12, &[]).await;
    term.says(&[("严东", "有事先走了", "记下了：严东，主题团日（早退）。")]).await;
    asks(term, &[("李四", "列席：郑书记", "列席记下了：郑书记。")]).await;
    term.at("2026-05-29 20:31").await;
    assert_eq!(
        term.house.read(&term.group().chat),
        "主题团日签到结束：应到 29，实到 29（迟到 0，早退 1），请假 0，缺席 0。\n早退：严东\n全员到齐，给大家点个赞。\n列席：郑书记"
    );
    asks(term, &[("李四", "5月主题团日统计", "5月主题团日：应到 29 = 实到 29 + 请假 0 + 缺席 0，出勤率 100 %")]).await;
}

/// More than half of 29 are 15: fourteen are too few.
pub async fn june(term: &Term) {
    term.at("2026-06-26 19:00").await;
    let away = ["张三", "王五", "赵六", "孙瑶", "周敏", "吴桐", "郑义", "冯二", "陈明", "卫东", "蒋南", "沈北", "韩梅", "杨柳", "朱丹"];
    asks(term, &[("李四", "开始签到 推优表决 到20:30", "主题团日（推优表决）签到开始了，20:30 截止。在群里回“签到”就行。")]).await;
    present(term, 16, &away).await;
    for name in &away[..3] {
        term.says(&[(name, "主题团日请事假", &format!("好的，{name}6月主题团日请假，记下了。"))]).await;
    }
    asks(
        term,
        &[
            (
                "李四",
                "结束签到",
                &format!(
                    "主题团日（推优表决）签到结束：应到 29，实到 14（迟到 0，早退 0），请假 3，缺席 12。\n请假：王五、张三、赵六\n没到：{}\n\
                     表决要超过应到的 1/2：应到 29，实到 14，人数不够，今天不能定。",
                    away[3..].join("、")
                ),
            ),
            ("李四", "6月主题团日统计", "6月主题团日：应到 29 = 实到 14 + 请假 3 + 缺席 12，出勤率 48.3 %"),
        ],
    )
    .await;
}
