//! Why somebody takes leave, as far as the record may know it: personal or sick, never the words.

use crate::language::intent::LeaveKind;

const SICK: &[&str] = &[
    "病",
    "不舒服",
    "不适",
    "欠佳",
    "发烧",
    "高烧",
    "低烧",
    "流感",
    "甲流",
    "新冠",
    "胃疼",
    "胃痛",
    "牙疼",
    "牙痛",
    "挂水",
    "崴",
    "发热",
    "感冒",
    "头疼",
    "头痛",
    "肚子疼",
    "肚子痛",
    "住院",
    "看医生",
    "医院",
    "过敏",
    "生理期",
    "痛经",
    "骨折",
    "受伤",
    "扭伤",
    "咳嗽",
    "拉肚子",
    "手术",
    "复查",
    "打针",
    "输液",
    "难受",
    "疼",
    "身体原因",
    "肠胃炎",
    "胃炎",
    "咽炎",
    "鼻炎",
    "肺炎",
    "发炎",
    "阑尾",
    "结石",
    "头晕",
    "呕吐",
    "腹泻",
    "中暑",
    "水痘",
    "腰痛",
    "腿痛",
    "中风",
    "抱恙",
    "拔牙",
    "看牙",
    "复诊",
    "就诊",
    "就医",
    "吊水",
    "点滴",
    "扁桃体",
    "低血糖",
    "晕倒",
    "吐了",
    "姨妈",
    "韧带",
    "扭了",
    "摔了",
    "摔伤",
    "阳了",
    "烫伤",
    "sick",
    "ill",
];
const PERSONAL: &[&str] = &[
    "出差",
    "有事",
    "事假",
    "私事",
    "家事",
    "家里",
    "家中",
    "回家",
    "考试",
    "实习",
    "加班",
    "上课",
    "有课",
    "实验课",
    "家人",
    "陪",
    "面试",
    "比赛",
    "婚礼",
    "结婚",
    "外出",
    "出门",
    "开会",
    "培训",
    "值班",
    "上班",
    "搬家",
    "出国",
    "旅游",
    "接人",
    "接孩子",
    "奔丧",
    "喜酒",
    "兼职",
    "答辩",
    "赶不",
    "冲突",
    "急事",
    "要事",
    "personal",
    "要去",
    "因为",
    "因",
    "由于",
    "临时",
    "不在",
    "在外",
    "去不了",
    "来不了",
    "办事",
    "值勤",
    "执勤",
    "出警",
    "出任务",
    "站岗",
    "巡逻",
    "演习",
    "驾考",
    "考驾照",
    "科目",
    "葬礼",
    "白事",
    "红事",
    "喜事",
    "满月酒",
    "订婚",
    "家长会",
    "带孩子",
    "带娃",
    "夜班",
    "早班",
    "晚班",
    "倒班",
    "相亲",
    "农忙",
    "收稻",
    "收麦",
    "抢收",
    "赶稿",
    "开庭",
    "补课",
    "疫苗",
    "走不开",
    "盖房",
    "补考",
    "过世",
    "去世",
    "丧事",
    "下葬",
    "扫墓",
    "车票",
    "航班",
    "飞机",
    "高铁",
    "火车",
    "赶车",
    "考证",
    "练车",
    "拍摄",
    "演出",
    "割稻",
    "照顾",
    "看护",
    "修车",
    "出车",
    "送货",
    "出海",
    "中班",
    "倒班",
    "轮班",
    "当班",
    "排班",
    "轮岗",
    "办酒",
    "走亲戚",
    "迎亲",
    "报到",
    "办证",
    "办手续",
    "述职",
    "汇演",
    "彩排",
    "排练",
    "体检",
    "车坏",
    "停运",
    "没车",
    "没赶上",
    "没抢到票",
    "老家",
    "没人带",
    "没人看",
    "没人照",
    "没人管",
    "回村",
    "回校",
    "回学校",
    "回乡",
];
/// Whose illness is the speaker's errand: 孩子发烧.
const KIN: &[&str] = &[
    "孩子", "小孩", "家母", "家父", "岳父", "岳母", "公公", "婆婆", "侄", "外甥", "娃", "宝宝", "女儿", "儿子", "闺女", "妈", "爸", "父亲", "母亲", "爷爷",
    "奶奶", "外公", "外婆", "姥", "爷", "老人", "老伴", "老婆", "老公", "爱人", "媳妇", "丈夫", "妻子", "哥", "姐", "弟", "妹", "家人", "家属", "亲戚", "室友",
    "舍友", "朋友", "同事", "陪",
];

/// Whether the word is of somebody near.
pub(super) fn kin(word: &str) -> bool {
    word == "没人" || KIN.iter().any(|k| word.contains(k))
}

/// Whether the words tell why.
pub(in crate::language) fn reason(text: &str) -> bool {
    SICK.iter().chain(PERSONAL).any(|w| says(text, w))
}

/// Whether the word stands there; an English one by itself: no ill in will.
fn says(text: &str, word: &str) -> bool {
    places(text, word).next().is_some()
}

fn places<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let letter = |c: Option<char>| word.is_ascii() && c.is_some_and(|c| c.is_ascii_alphabetic());
    let free = move |at: &usize| !letter(text[..*at].chars().next_back()) && !letter(text[at + word.len()..].chars().next());
    text.match_indices(word).map(|(at, _)| at).filter(free)
}

/// Why, as far as the record may know it: sick or not. The words themselves are never kept.
pub(super) fn kind(text: &str) -> Option<LeaveKind> {
    if text.contains("事假") {
        return Some(LeaveKind::Personal);
    }
    let whose = |at: usize| {
        let clause = text[..at].rfind([',', ' ', '。', '(', '!', '\n']).map_or(0, |n| n + 1);
        KIN.iter().any(|w| text.get(clause..at).is_some_and(|c| c.contains(w)))
    };
    let mut ill = SICK.iter().flat_map(|w| places(text, w)).peekable();
    let told = ill.peek().is_some();
    if text.contains("病假") || ill.any(|at| !whose(at)) {
        return Some(LeaveKind::Sick);
    }
    let reason =
        told || PERSONAL.iter().any(|w| says(text, w)) || text.split([',', ' ', '。', '(']).any(|s| s.starts_with(['要', '去']) || s.starts_with("得去"));
    reason.then_some(LeaveKind::Personal)
}

#[cfg(test)]
mod tests {
    use super::{LeaveKind, kind};

    #[test]
    fn sick_oneself_or_for_another() {
        for text in ["团日请假,发烧了", "我妈陪我,请病假", "肚子疼,团日请假", "有事,胃疼"] {
            assert_eq!(kind(text), Some(LeaveKind::Sick), "{text}");
        }
        for text in ["团日请假,孩子发烧", "要陪我妈去医院", "老人住院", "回老家办事"] {
            assert_eq!(kind(text), Some(LeaveKind::Personal), "{text}");
        }
        assert_eq!(kind("团日请假"), None);
    }
}
