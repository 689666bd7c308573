//! What people say around a report without changing it: tiredness, politeness, where they are, thanks. A branch adds words
//! of its own (`beside` of a duty's words); whether a clause of unknown words is more than that decides `context`.

use crate::domain::duty::Duty;
use crate::language::text::lex::{Is, Token};
use crate::language::text::normalise::{is_han, normalise};
use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind, StartKind};

const SMALL_TALK: &str = "刚想起来 才想起来 才想起 刚想起 突然想起 想起来 忙忘 忙到 忙得 很忙 好忙 太忙 有点忙 比较忙 在忙 忙着 忙死 累死 好累 太累 \
    很累 累了 困死 好困 太困 困了 饿死 饿了 睡觉 睡了 睡啦 去睡 洗澡 洗漱 吃饭 吃早饭 吃午饭 吃晚饭 干饭 吃夜宵 休息 午休 午睡 \
    起来 起晚 刚醒 醒来 睡过头 下班 上班 下课 上课 放假 开会 加班 出差 回家 到家 在家 在外 外面 路上 车上 高铁 火车 地铁 公交 \
    宿舍 寝室 教室 食堂 图书馆 实验室 自习 考完试 考完 考试 复习 备考 实习 兼职 打球 跑步 打游戏 开学 军训 值班 出门 回来 回校 \
    返校 赶作业 赶论文 周末 愉快 堵车 排队 公交车 迷路 走错 走错路 找不 错过车 没赶上车 电梯 下雨 雨大 雨太大 耽误 耽搁 拖堂 \
    老师拖堂 没电 没网 断网 有网 信号 不好 有点卡 很卡 太卡 网卡 网速 网络 手机 电脑 流量 欠费 充电 换号 新号 消息 群消息 太多 \
    外地 外省 培训 集训 轮训 住院 没顾上 顾不上 陪护 照顾 出远门 秋收 春耕 双抢 农忙 夏收 采摘 装修 盖房 参会 巡查 排查 走不开 休养 疗养 远程 异地 堵在 高架 高速 桥上 隧道 半路 半道 国道 环线 刷屏 没注意 没看群 看群 群里 通知 提醒 翻到 错过 屏蔽 免打扰 静音 久等 让您 让你 让大家 耽误大家 拖后腿 拖了 拖延症 拖延 \
    晚期 充上电 拖这么久 拖这么晚 拖到 好久 太久 很久 晚回 回晚 回复晚 回迟 迟了 来迟 打扰 添麻烦 给您添 给你添 见谅 谅解 包涵 \
    理解 原谅 下次注意 下次一定 下次早点 下次 早点 注意 记住 保证 抱歉 忘记 忘了 差点 记性 脑子 老了 失误 疏忽 大意 辛苦 劳烦 \
    有劳 费心 操心 感恩 比心 爱你 么么哒 抱抱 鞠躬 点赞 为祖国点赞 打个勾 打勾 勾一下 勾选 勾上 划掉 划一下 记录 登记 更新 名单 \
    表格 标记 标注 标一下 改一下 改成 备注 加上 核对 核实 检查 收款 到账 确认 回执 回复 私聊 私发 私信 单独 加您 加你 发过 \
    发了 贴图 截屏 为证 附上 附件 别催 不用催 催了 催我 催得 催的 被催 放心 安心 踏实 心安 讲得 讲的 讲解 主讲 老师讲 内容 \
    主题 这期 很好 真好 太好 不错 挺好 好看 精彩 感人 感动 泪目 热血 沸腾 燃 受益匪浅 受益良多 收获 很大 满满 颇多 学到 知识 \
    很多 启发 深刻 感触 感受 有意思 有趣 生动 激动 自豪 骄傲 震撼 继续 坚持 努力 奋斗 向上 进步 加油 冲鸭 奥利给 给力 优秀 \
    完美 圆满 满分 全对 答对 全答对 题目 简单 不难 挺快 无债 不差钱 一身轻 轻松 舒服 舒坦 爽 解脱 松口气 松了口气 了却 心事 \
    积极 主动 打头阵 第一 头一 带头 带个头 抛砖引玉 报道 打卡 坐等 下一位 轮到 跟上 接上 接力 排上 占个 占位 冒泡 潜水 路过 \
    前排 沙发 围观 哈喽 您好 大家好 各位 支书 书记 委员 班长 老师 学长 学姐 小哥 小姐姐 同学 姓名 学号 班级 专业 学院 系 年级 \
    级 班 零钱 整钱 现钱 微信 支付宝 扫的 扫码 付的 转的 交的 看的 学的 缴的 补的 用的 app 小程序 公众号 勿念 溜了 溜了溜了 可以睡了 可以休息 安心睡 深受 鼓舞 祖国万岁 强国有我 请党放心 请组织放心 奋斗有我 不负韶华 不忘初心 青春有我 国泰民安 繁荣昌盛 工作 班车 赶车 赶火车 不早了 时候 洗洗睡 洗洗睡了 村里 村口 镇上 县里 老家 地里 田里 家里 厂里 车间 工地 单位 部队 营区 连队 站岗 \
    换岗 执勤 出操 集合 归队 早班 夜班 晚班 中班 白班 倒班 换班 交接班 收工 收摊 打烊 赶集 插秧 割稻 收稻 收麦 喂猪 喂鸡 放牛 放羊 \
    浇地 打药 施肥 摘茶 采茶 进城 坐船 开车 等车 红灯 停电 来电 网慢 网差 网太慢 网太差 网好慢 信号差 断电 下雪 雪大 雪太大 雪天 \
    路滑 刮风 风大 台风 大雾 雾大 天热 天冷 修路 封路 限行 车坏 爆胎 间隙 空隙 空档 孩子 娃 宝宝 哄睡 哄娃 奶娃 带娃 放学 做饭 洗碗 家务 有空 空了 闲下来 对不起 对不住 罪过 惭愧 发工资 发薪 发薪水 领工资 领薪水 发补贴 生活费 奖学金 助学金 干活 搬砖 继续干活 去吃 去上课 去干活 去忙 忙去 撤了 下了 遛了 闪了 \
    会议室 后排 前排 第一排 最后一排 角落 门口 楼上 楼下 座位 坐下 现场 礼堂 活动室 教学楼 报告厅 会场 村委会 多功能厅 阅览室 村部 大队部 坐好 热乎 新鲜 出炉 外卖 奶茶 咖啡 快递 取件 拿快递 \
    下地 干农活 农活 种地 挖藕 打谷 晒谷 晒粮 摘棉花 剪枝 大棚 果园 鱼塘 猪圈 鸡舍 牛棚 山上 山里 河边 渡口 码头 集市 赶圩 墟日 \
    老乡 村民 乡亲 走访 入户 下村 驻村 值守 防汛 防火 巡山 护林 抗旱 普查 填表 写材料 赶材料 整材料 材料 例会 早会 晚会 调研 考察 学习会 \
    课堂 上机 实训 实训室 练车 驾校 驾照 面试 笔试 考研 考公 复试 选课 抢课 答辩 开题 论文 毕设 毕业 搬寝 搬家 打包 收拾 洗头 吹头发 \
    化妆 逛街 看电影 看书 背书 背单词 早起 晚起 熬夜 通宵 失眠 眯一会 打盹 瞌睡 眼睛 脖子 腰酸 手酸 冻手 手冷 好冷 太冷 好热 太热 降温 \
    升温 雾霾 下霜 结冰 手滑 手抖 手忙脚乱 忙里偷闲 忙晕 忙疯 忙到飞起 忙得团团转 马不停蹄 焦头烂额 晕头转向 稀里糊涂 迷迷糊糊 浑浑噩噩 \
    拖拖拉拉 磨磨蹭蹭 紧赶慢赶 赶上 赶上了 赶在 刚好 正好 恰好 及时 准时 踩点 卡点 截止前 睡前 饭前 饭后 课前 课后 会前 会后 班前 班后 \
    今天 昨天 昨晚 今早 今晚 中午 下午 上午 早上 晚上 凌晨 半夜 深夜 清晨 傍晚 周一 周二 周三 周四 周五 周六 周日 星期 礼拜 月初 月中 月底 年初 年底 \
    别担心 担心 请放心 领导放心 组织放心 一定 支持 配合 响应 号召 表率 模范 榜样 争先 争取 从不 从来 每次 每期 每周 按时 打满 全勤 不落 落下 掉队 \
    动画 配音 音乐 字幕 画质 主持 嘉宾 故事 案例 英雄 人物 历史 红色 精神 信仰 理想 信念 担当 使命 初心 传承 弘扬 榜样 楷模 劳模 航天 科技 乡村 振兴 环保 \
    法治 宪法 国防 团史 党史 二十大 全会 讲话 会议 报告 理论 思想 课程 课件 章节 知识点 笔记 心得 感想 体会 总结 道理 意义 深远 深奥 难懂 好懂 易懂 清楚 明白 \
    找到 找到了 打通 连上 连上了 修好 修好了 充好 充好电 换了 换机 换卡 补卡 解封 解冻 绑卡 绑定 限额 到了 寄到 寄来 发来 刚发 刚收 刚拿 拿到 拿到手 领到 进门 进来 进场 入场 入座 落座";

/// Single characters that add nothing of their own.
const SLIGHT: &[char] = &[
    '太', '很', '挺', '好', '真', '有', '点', '就', '的', '了', '着', '被', '让', '把', '得', '地', '啊', '呀', '吧', '哈', '嗯', '哦', '我', '你', '您', '这',
    '那', '来', '去', '到', '在', '给', '说', '看', '发', '等', '大', '小', '多', '少', '先', '后', '刚', '才', '又', '再', '也', '还', '都', '个', '些', '下',
    '上', '里', '中', '会', '能', '想', '额', '呃', '唔', '嘛', '咯', '哎', '唉', '呼', '哇', '噻', '撒', '嘿', '嘻', '诶', '欸', '是', '为', '与', '和', '跟',
];

/// What goes with a report: its proof, by which name it was paid, what the lesson was like, what is asked of the secretary.
const PROOF: &[&str] = &["截图", "截屏", "截到图", "截个图", "凭证", "回执", "发票", "收据"];
const NAMED: &[&str] = &["头像", "昵称", "备注", "网名", "户名", "姓名", "学号", "微信名", "qq名"];
const LESSON: &[&str] =
    &["这期", "这一期", "主持人", "主讲", "讲的", "讲得", "讲了", "题目", "题", "视频", "画面", "音乐", "内容", "老师讲", "最后一题", "片尾", "眼泪"];
const FAVOURS: &[&str] = &["求", "请", "麻烦", "记得", "辛苦", "劳烦", "帮忙", "帮我", "书记", "支书", "班长", "老师"];
const DESK: &[&str] = &[
    "登记",
    "名单",
    "表格",
    "打勾",
    "加分",
    "加个分",
    "算分",
    "打个勾",
    "点名",
    "记一下",
    "记上",
    "确认",
    "查收",
    "核对",
    "更新",
    "划掉",
    "收到没",
    "记得领",
    "记得收",
    "收一下",
    "到账没",
];
/// And what makes even that doubtful.
const FALSE: &[&str] = &[
    "没存",
    "咋",
    "怎么办",
    "p的",
    "p图",
    "假",
    "借",
    "偷",
    "盗",
    "别人",
    "网上",
    "找的",
    "他",
    "她",
    "室友",
    "上次",
    "去年",
    "旧",
    "错",
    "不是",
    "大家",
    "各位",
    "才算",
    "的人",
];
/// The longest clause of this kind, in characters.
const LONGEST_COMPANION: usize = 18;

/// Whether a clause behind a report is about what goes with it (忘截图了, 忘了在群里说, 备注写了名字, 主持人好好看, 麻烦登记一下).
pub(in crate::language) fn companion(clause: &str) -> bool {
    let any = |words: &[&str]| words.iter().any(|w| clause.contains(w));
    let begins = |words: &[&str]| words.iter().any(|w| clause.trim_start().starts_with(w));
    let lesson = begins(LESSON) && !clause.contains(['没', '不', '?', '吗']);
    let told = ["忘", "差点忘"].iter().any(|w| sorry(clause).starts_with(w)) && any(&["说", "报", "回复", "登记"]) && !clause.contains(['?', '吗']);
    // 为中国航天点赞
    let lesson =
        lesson || begins(&["为", "给", "向"]) && ["点赞", "致敬", "打call", "骄傲", "自豪"].iter().any(|w| clause.trim_end_matches([' ', '~']).ends_with(w));
    // 收到回个话, 看到吱一声
    let echo = begins(&["收到", "看到", "查到"]) && any(&["回", "说", "吱", "告诉", "吭", "应"]) && clause.chars().count() <= 9;
    let kind = told || echo || any(PROOF) || any(NAMED) || lesson || begins(FAVOURS) && any(DESK);
    kind && !any(FALSE) && clause.chars().count() <= LONGEST_COMPANION
}

/// Without the excuse before it: 不好意思忘了说.
pub(in crate::language) fn sorry(clause: &str) -> &str {
    let clause = clause.trim_start();
    ["不好意思", "抱歉", "对不起", "对不住", "sorry"].iter().find_map(|w| clause.strip_prefix(w)).unwrap_or(clause).trim_start()
}

/// 要是没显示帮我登记一下: supposes that the report was not taken down, and leaves it as it is. What those who did not get something
/// are told to do (没收到收据的话找我) is a notice.
pub(in crate::language) fn booking(clause: &str) -> bool {
    const SUPPOSES: &[&str] = &["如果", "要是", "万一", "若", "的话"];
    const UNTAKEN: &[&str] = &["没收到", "没到账", "没显示", "没记上", "没登记", "没记录", "没更新", "没看到", "查不到", "看不到", "没算上", "没同步"];
    const ASKED: &[&str] = &["说一声", "说一下", "说下", "跟我说", "和我说", "告诉我", "喊我", "叫我", "提醒我", "登记", "记一下", "记上", "补记", "@我"];
    const ANOTHER: &[&str] = &["收据", "截图", "链接", "通知", "二维码", "的人", "的同学", "大家", "各位", "就当", "就算", "不算", "算没"];
    let any = |words: &[&str]| words.iter().any(|w| clause.contains(w));
    any(SUPPOSES) && any(UNTAKEN) && any(ASKED) && !any(ANOTHER) && clause.chars().count() <= LONGEST_COMPANION + 6
}

/// The compiled words.
#[derive(Debug)]
pub(in crate::language) struct Talk {
    words: AhoCorasick,
}

impl Talk {
    /// Compiles the usual words and the duties' own.
    ///
    /// # Errors
    /// For the operator: words that can't be compiled.
    pub fn new(duties: &[Duty]) -> Result<Self, String> {
        let own = duties.iter().flat_map(|d| &d.words.beside).map(|w| normalise(w.trim()).text);
        // 插秧 says 插完秧 too
        let split = |w: &str| {
            let mut chars = w.chars();
            let (first, second) = (chars.next()?, chars.next()?);
            chars.next().is_none().then(|| format!("{first}完{second}"))
        };
        let words: Vec<String> = SMALL_TALK
            .split_whitespace()
            .map(str::to_owned)
            .chain(SMALL_TALK.split_whitespace().filter_map(split))
            .chain(own)
            .filter(|w| !w.is_empty())
            .collect();
        let words = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).start_kind(StartKind::Anchored).build(&words);
        Ok(Self { words: words.map_err(|e| format!("words.beside can't be compiled: {e}"))? })
    }

    /// How many Chinese characters of the clause, and words of letters, neither the grammar nor small talk knows.
    pub fn strange(&self, tokens: &[Token], text: &str) -> usize {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return 0 };
        let unknown = |at: usize| tokens.iter().any(|t| t.is == Is::Unknown && t.start <= at && at < t.end);
        let clause = &text[..last.end];
        let (mut at, mut left) = (first.start, 0);
        while let Some(c) = clause[at..].chars().next() {
            if let Some(known) = self.words.find(Input::new(clause).span(at..clause.len()).anchored(Anchored::Yes)) {
                at = known.end();
                continue;
            }
            // 选A: a word of letters counts once.
            let letters = c.is_ascii_alphabetic() && !clause[..at].ends_with(|c: char| c.is_ascii_alphabetic());
            left += usize::from((is_han(c) && !SLIGHT.contains(&c) || letters) && unknown(at));
            at += c.len_utf8();
        }
        left
    }
}
