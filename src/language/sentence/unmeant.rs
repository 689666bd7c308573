//! Commands that are not given: denied (`先别确认周杰的团费`), not yet done (`还没上缴`), planned or wished for (`准备上缴`, `申请免交`),
//! supposed (`如果张三转走`) or asked about (`要不要上缴`). The words of a command stand in them, but nobody gave it: they are
//! asked about, and nothing is done.

use crate::language::{Intent, Meaning};
use regex::Regex;
use std::sync::LazyLock;

/// What stands between a denial and the word that it denies.
const BETWEEN: &str = "(再|都|全|先|就|马上|现在|急着|准备|打算|有|能|可以|必|须|被|立刻|今天|真的|真|正式|(给|把|让|替|帮|为)[^，。；,;.!！?？、 ]{1,8})*";
const DENIED: &str = "(不|没|没有|还没|还没有|未|尚未|还未|并未|并没有|从未|从没|别|先别|不要|不用|不必|不能|不可|不该|不应该|不是|勿|莫|甭|无需|无须|暂不|暂未|暂时不|拒绝|禁止|不想|不准备|不打算|don't |do not |not )";
const SUPPOSED: &str =
    "(如果|要是|假如|假若|假设|万一|一旦|是否|要不要|该不该|应不应该|是不是|有没有|什么时候|何时|准备|打算|计划|考虑|申请|建议|等一下再|等会儿?再)";
const LATER: &str = "(明天|明儿|明年|明后天|后天|下个?月|下周|下个?星期|下学期|下半年|改天|回头|过几天|过两天|过会儿?|一会儿?|待会儿?|等会儿?|稍后|晚点|晚些|即将|将要|快要|快|就要|将会?|要|会|可能|也许|毕业以?后|年底|月底|暑假|寒假)";
const YET: &str = "(还没到|没到账|还没收到|没收到|未到账|还没来|没有到账|没下来|还没下来)";
/// An order for all that, in the form of a question.
const POLITE: &str = "(能|可以|可否|帮|麻烦|请)";

/// One kind of command: the words that give it.
struct Kind {
    denied: Regex,
    supposed: Regex,
    later: Regex,
}

impl Kind {
    fn new(words: &str) -> Self {
        let set = |pattern: String| Regex::new(&pattern).expect("it is constant");
        Self {
            denied: set(format!("{DENIED}{BETWEEN}({words})")),
            supposed: set(format!("{SUPPOSED}[^，。；,;!！]{{0,16}}({words})")),
            // of one character only where it stands next to the word
            later: set(format!("{LATER}(再|才|就|要|会)?({words})|{LATER}[^，。；,;!！的要会快将]{{1,4}}({words})")),
        }
    }
}

macro_rules! kinds {
    ($($name:ident = $words:literal),* $(,)?) => { $(static $name: LazyLock<Kind> = LazyLock::new(|| Kind::new($words));)* };
}

kinds! {
    REFUND = "退还|退回|退给|退款|退钱|退团费|退了|退",
    HAND_UP = "上缴|上交|交上级|缴上级|上解|交给上级|缴到上级",
    RETURNED = "返还|返回|拨回|下拨|退回",
    CARRIED = "期初|结余|余额",
    APPROVE = "确认|批准|通过|核准|审核|认可",
    EXEMPT = "免交|免缴|免除|豁免|减免|免收|免了",
    REDUCE = "减半|减免|减为|减到|减少|少交|减",
    BAND = "月缴|每月缴|月交|每月交|改为|调整为|改成",
    OPEN_FROM = "补收|开始收|收起",
    OPENING = "交清|缴清|结清|付清|交齐|缴齐",
    MOVED = "转走|转出|转学|退团|脱团|离团|调走|离开|转离|调离|转到|调到",
    OPEN = "开始|开启|发起|打开|开放|启动|发布|新建|创建|开签到",
    CLOSE = "结束|关闭|停止|截止|终止|关掉|收工",
    DROP = "删除|取消|删掉|去掉|撤掉|移除",
    PAUSE = "暂停|停",
    RESUME = "恢复|重启|继续|重新开始",
    UNDO = "撤销|撤回|撤消|取消|收回",
    REMIND = "提醒|催",
    SEND = "重发|再发|恢复|继续",
    BIND_HERE = "绑定",
}

static FROM: LazyLock<Regex> = LazyLock::new(|| Regex::new("(没有?|不是|还没有?|不要|别|不用)(从|自|按)").expect("it is constant"));
static ARRIVES: LazyLock<Regex> = LazyLock::new(|| Regex::new(YET).expect("it is constant"));
static AFTER: LazyLock<Regex> = LazyLock::new(|| Regex::new("后再?(结束|关闭|停止|截止)").expect("it is constant"));
static IS_NOT: LazyLock<Regex> = LazyLock::new(|| Regex::new("(不是|不对|没有|并非)[0-9. ]*").expect("it is constant"));
static ASKED: LazyLock<Regex> = LazyLock::new(|| Regex::new("(吗|么|没有|了没|没)?[?？]$|(吗|么|了没有|了没|没有)$").expect("it is constant"));
static POLITELY: LazyLock<Regex> = LazyLock::new(|| Regex::new(POLITE).expect("it is constant"));

/// Which words give a command, and in which ways it can be not meant: later (`明天再…`), asked (`…吗`).
fn kind(intent: &Intent) -> Option<(&'static Kind, bool, bool)> {
    Some(match intent {
        Intent::Refund { .. } => (&*REFUND, true, true),
        Intent::HandUp { .. } => (&*HAND_UP, true, true),
        Intent::Returned { .. } => (&*RETURNED, true, true),
        Intent::Carried { .. } => (&*CARRIED, false, true),
        Intent::Approve { .. } | Intent::ApproveChain { .. } => (&*APPROVE, false, true),
        Intent::Exempt { .. } => (&*EXEMPT, false, true),
        Intent::Reduce { .. } => (&*REDUCE, false, true),
        Intent::Band { .. } => (&*BAND, false, true),
        Intent::OpenFrom { .. } => (&*OPEN_FROM, false, true),
        Intent::Opening { .. } => (&*OPENING, false, true),
        Intent::Moved { .. } => (&*MOVED, true, true),
        Intent::Open { .. } => (&*OPEN, false, false),
        Intent::Close { .. } => (&*CLOSE, true, false),
        Intent::DropReminder { .. } | Intent::DropRemindAt { .. } | Intent::DropPush { .. } => (&*DROP, true, false),
        Intent::Pause { .. } | Intent::Hush { .. } => (&*PAUSE, false, false),
        Intent::Resume { .. } | Intent::Unhush { .. } => (&*RESUME, false, false),
        Intent::Undo => (&*UNDO, false, false),
        Intent::Remind { .. } | Intent::RemindAt { .. } | Intent::ChaseReceipts => (&*REMIND, false, false),
        Intent::Resend | Intent::ResumeSending => (&*SEND, false, false),
        Intent::Setup { .. } => (&*BIND_HERE, false, false),
        _ => return None,
    })
}

/// Whether the words of a command do not give it.
fn is(text: &str, intent: &Intent) -> bool {
    let Some((kind, later, asked)) = kind(intent) else { return false };
    if kind.denied.is_match(text) || kind.supposed.is_match(text) || later && kind.later.is_match(text) {
        return true;
    }
    if asked && ASKED.is_match(text.trim_end()) && !POLITELY.is_match(text) {
        return true;
    }
    match intent {
        Intent::Refund { .. } | Intent::HandUp { .. } | Intent::Returned { .. } => ARRIVES.is_match(text),
        Intent::Carried { .. } => IS_NOT.is_match(text),
        Intent::Band { .. } | Intent::Reduce { .. } | Intent::Exempt { .. } | Intent::OpenFrom { .. } => FROM.is_match(text),
        Intent::Close { .. } => AFTER.is_match(text),
        _ => false,
    }
}

/// Commands that are not given become a question.
pub(in crate::language) fn settle(mut all: Vec<Meaning>, text: &str) -> Vec<Meaning> {
    for meaning in &mut all {
        if is(text, &meaning.intent) {
            meaning.intent = Intent::Unclear { duty: duty(&meaning.intent) };
        }
    }
    all
}

pub(in crate::language) fn duty(intent: &Intent) -> Option<String> {
    match intent {
        Intent::Refund { duty, .. }
        | Intent::Reject { duty, .. }
        | Intent::HandUp { duty, .. }
        | Intent::Returned { duty, .. }
        | Intent::Carried { duty, .. }
        | Intent::Band { duty, .. }
        | Intent::OpenFrom { duty, .. }
        | Intent::Opening { duty, .. }
        | Intent::Open { duty, .. }
        | Intent::Close { duty }
        | Intent::Pause { duty, .. }
        | Intent::Resume { duty } => Some(duty.clone()),
        Intent::Approve { duty, .. }
        | Intent::ApproveChain { duty }
        | Intent::Exempt { duty, .. }
        | Intent::Reduce { duty, .. }
        | Intent::Hush { duty, .. }
        | Intent::Unhush { duty }
        | Intent::Remind { duty, .. }
        | Intent::RemindAt { duty, .. }
        | Intent::DropRemindAt { duty, .. } => duty.clone(),
        _ => None,
    }
}
