//! Numbers and sums as they are written: 12, 十二, 廿三, 1.20, 一块二, 三元五角, 两毛. Integer fen, never a float.

/// A whole number at the start (Arabic or Chinese), and its bytes. At most nine digits.
pub fn number(text: &str) -> Option<(i64, usize)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    if len > 0 {
        return (len <= 9).then(|| text[..len].parse().ok().map(|n| (n, len))).flatten();
    }
    chinese(text)
}

/// The value of a Chinese digit.
pub fn digit(c: char) -> Option<i64> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '两' | '贰' | '俩' => 2,
        '三' | '叁' | '仨' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn unit(c: char) -> Option<i64> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        _ => return None,
    })
}

/// 二十三, 廿三, 一百零五, 一百五, 二〇二六, 三万. Not 三四 (two numbers).
fn chinese(text: &str) -> Option<(i64, usize)> {
    let (mut total, mut section, mut pending, mut last_unit) = (0_i64, 0_i64, None::<i64>, 0_i64);
    let (mut digits, mut spelled, mut zero) = (0_u32, 0_i64, false);
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if let Some(d) = digit(c) {
            if pending.is_some_and(|p| p != 0) || digits > 0 {
                // Digit by digit: 二〇二六.
                if last_unit != 0 || digits > 8 {
                    break;
                }
            }
            if last_unit == 0 {
                spelled = spelled * 10 + d;
                digits += 1;
            }
            zero |= d == 0;
            pending = Some(d);
        } else if let Some(u) = unit(c) {
            if digits > 1 || (last_unit != 0 && u >= last_unit) {
                break;
            }
            section += pending.take().unwrap_or(1) * u;
            (last_unit, zero, digits) = (u, false, 0);
        } else if c == '廿' || c == '卅' {
            if end > 0 {
                break;
            }
            section += if c == '廿' { 20 } else { 30 };
            last_unit = 10;
        } else if c == '万' && end > 0 {
            total = total.checked_add((section + pending.take().unwrap_or(0)).checked_mul(10_000)?)?;
            (section, last_unit, digits, spelled, zero) = (0, 10_000, 0, 0, false);
        } else {
            break;
        }
        end = at + c.len_utf8();
    }
    if end == 0 {
        return None;
    }
    if last_unit == 0 && digits > 1 {
        // 三四 and 两三 are two numbers; 二〇二六 and 二六 of a year are read by who asks.
        return (digits >= 4).then_some((spelled, end));
    }
    let tail = match pending {
        Some(d) if !zero && d > 0 && last_unit >= 100 => d * last_unit / 10,
        other => other.unwrap_or(0),
    };
    Some((total + section + tail, end))
}

/// A sum of money at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// In fen.
    pub fen: i64,
    /// Bytes.
    pub len: usize,
}

/// 块二 and 块五 as people say 1.20 and 1.50; which word stands before it is for whoever asks.
pub fn above_one(text: &str) -> Option<Sum> {
    let rest = text.strip_prefix('块')?;
    let digit = rest.chars().next().and_then(digit).filter(|d| *d > 1)?;
    let (more, len) = change(rest, true);
    (len > 0 && more == digit * 10).then_some(Sum { fen: 100 + more, len: '块'.len_utf8() + len })
}

/// `0.2元`, `¥1.20`, `两毛`, `一块二`, `三元五角`, `十二块五`, `10元整`, `1.20` (a decimal needs no unit).
pub fn sum(text: &str) -> Option<Sum> {
    let mut at = 0;
    let signed = ["¥", "rmb", "cny", "$", "人民币"].iter().find(|s| text.starts_with(**s));
    if let Some(sign) = signed {
        at = sign.len();
        at += spaces(&text[at..]);
    }
    let (hundredths, len, places) = decimal(&text[at..])?;
    at += len;
    let rest = &text[at + spaces(&text[at..])..];
    let gap = text[at..].len() - rest.len();
    let big = ["万", "w", "亿"].iter().find(|u| rest.starts_with(**u));
    if let Some(big) = big {
        let unit = &rest[big.len()..];
        let yuan = starts_unit(unit, YUAN).unwrap_or(0);
        if yuan == 0 && signed.is_none() {
            return None;
        }
        let times = if *big == "亿" { 100_000_000 } else { 10_000 };
        return Some(Sum { fen: hundredths.checked_mul(times)?, len: at + gap + big.len() + yuan });
    }
    if let Some(unit) = starts_unit(rest, YUAN) {
        at += gap + unit;
        let (more, used) = change(&text[at..], true);
        at += used + whole(&text[at + used..]);
        return Some(Sum { fen: hundredths.checked_add(more)?, len: at });
    }
    if let Some(unit) = starts_unit(rest, JIAO) {
        at += gap + unit;
        let (more, used) = change(&text[at..], false);
        at += used + whole(&text[at + used..]);
        return Some(Sum { fen: (hundredths.checked_mul(10)?).checked_div(100)?.checked_add(more)?, len: at });
    }
    if let Some(unit) = starts_unit(rest, &["分钱", "分"])
        && !rest[unit..].starts_with('钟')
        && hundredths % 100 == 0
    {
        return Some(Sum { fen: hundredths / 100, len: at + gap + unit });
    }
    (signed.is_some() || (places > 0 && !followed_by_number(&text[at..]))).then_some(Sum { fen: hundredths, len: at })
}

/// Begin with a figure and count nothing: 两块一起交了.
const TOGETHER: &[&str] = &["一次", "一起", "一并", "一共", "一同", "一把", "一口气", "一块儿", "两清"];
/// 蚊 and 毫 are Cantonese.
const YUAN: &[&str] = &["块钱", "元钱", "块", "元", "圆", "蚊", "rmb", "yuan", "cny", "大洋", "r", "¥"];
const JIAO: &[&str] = &["毛钱", "角钱", "毫子", "毛", "角", "毫"];
/// What 毫 begins that is no money: 两毫米, 毫无.
const NO_HAO: &[char] = &['升', '米', '克', '安', '秒', '无', '不', '巴', '伏'];

fn spaces(text: &str) -> usize {
    text.bytes().take_while(|b| *b == b' ').count().min(2)
}

fn starts_unit(text: &str, units: &[&str]) -> Option<usize> {
    let unit = units.iter().find(|u| text.starts_with(**u))?;
    let rest = &text[unit.len()..];
    let letter = unit.is_ascii() && rest.starts_with(|c: char| c.is_ascii_alphabetic());
    let other = *unit == "毫" && rest.starts_with(NO_HAO);
    (!letter && !other).then_some(unit.len())
}

/// 整, 钱, 正 after a sum.
fn whole(text: &str) -> usize {
    ["整钱", "钱整", "整", "钱", "正"].iter().find(|w| text.starts_with(**w)).map_or(0, |w| w.len())
}

/// What follows 元 (`tens`) or 毛: 五角, 五角五分, 二, 五. In fen, and bytes.
fn change(text: &str, tens: bool) -> (i64, usize) {
    let skip = if text.starts_with('零') { '零'.len_utf8() } else { 0 };
    let body = &text[skip..];
    let one = |s: &str| -> Option<(i64, usize)> {
        let c = s.chars().next()?;
        let d = c.to_digit(10).map(i64::from).or_else(|| digit(c))?;
        Some((d, c.len_utf8()))
    };
    let Some((d, len)) = one(body).filter(|_| !TOGETHER.iter().any(|w| body.starts_with(w))) else { return (0, 0) };
    let after = &body[len..];
    if tens && let Some(unit) = starts_unit(after, JIAO) {
        let used = skip + len + unit;
        let (fen, more) = change(&text[used..], false);
        return (d * 10 + fen, used + more);
    }
    if let Some(unit) = starts_unit(after, &["分"])
        && !after[unit..].starts_with('钟')
    {
        return (d, skip + len + unit);
    }
    // 一块二: a lone digit, unless it begins something else (5块3月, 一块二十).
    // 两块四一次交清: the next figure counts nothing of the sum.
    let counts_on = !TOGETHER.iter().any(|w| after.starts_with(w));
    let begins_else = counts_on
        && (after.starts_with(|c: char| c.is_ascii_digit() || c == '.' || digit(c).is_some() || unit(c).is_some())
            || after.starts_with([
                '月', '号', '日', '期', '个', '季', '年', '周', '点', '次', '人', '位', '篇', '班', '组', '、', '到', '至', '块', '元', '毛', '角', '小', ':',
            ])
            || after.starts_with(['-', '~']) && after[1..].starts_with(|c: char| c.is_ascii_digit() || digit(c).is_some()));
    if begins_else || skip > 0 { (0, 0) } else { (if tens { d * 10 } else { d }, len) }
}

fn followed_by_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == '/' || c == ':' || c == '%' || c.is_ascii_alphabetic())
        || text.starts_with(['月', '号', '日', '期', '小', '版', '点', '分', '倍', '个', '次', '人', '篇', '班', '级', '%'])
}

/// In hundredths, bytes, and how many decimal places were written.
fn decimal(text: &str) -> Option<(i64, usize, usize)> {
    let whole_len = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b',').count();
    let digits = text[..whole_len].trim_end_matches(',');
    if !digits.is_empty() {
        let mut groups = digits.split(',');
        let head = groups.next().unwrap_or("");
        // 1,200 is one number; 1,2 is two.
        let (plain, used) = if digits.contains(',') && groups.clone().all(|g| g.len() == 3) && head.len() <= 3 && !head.is_empty() {
            (digits.replace(',', ""), digits.len())
        } else {
            (head.to_owned(), head.len())
        };
        if plain.is_empty() || plain.len() > 12 {
            return None;
        }
        let yuan: i64 = plain.parse().ok()?;
        if let Some(rest) = text[used..].strip_prefix('.') {
            let places = rest.bytes().take_while(u8::is_ascii_digit).count();
            if places > 2 {
                return None;
            }
            if places > 0 {
                let part: i64 = rest[..places].parse().ok()?;
                return Some((yuan * 100 + if places == 1 { part * 10 } else { part }, used + 1 + places, places));
            }
        }
        return Some((yuan * 100, used, 0));
    }
    if let Some(rest) = text.strip_prefix('.') {
        let places = rest.bytes().take_while(u8::is_ascii_digit).count();
        let part: i64 = rest[..places].parse().ok()?;
        return (places <= 2).then_some((if places == 1 { part * 10 } else { part }, 1 + places, places));
    }
    if text.starts_with('半') {
        return Some((50, '半'.len_utf8(), 0));
    }
    let (n, len) = chinese(text)?;
    if let Some(rest) = text[len..].strip_prefix('点') {
        let mut part = String::new();
        let mut used = len + '点'.len_utf8();
        for c in rest.chars() {
            let Some(d) = digit(c) else { break };
            part.push_str(&d.to_string());
            used += c.len_utf8();
        }
        if (1..=2).contains(&part.len()) {
            let places = part.len();
            let part: i64 = part.parse().ok()?;
            // Without a unit 八点 is a time.
            return Some((n * 100 + if places == 1 { part * 10 } else { part }, used, 0));
        }
    }
    Some((n * 100, len, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (text, n) in [
            ("十二", 12),
            ("廿三", 23),
            ("二十", 20),
            ("一百零五", 105),
            ("一百五", 150),
            ("二〇二六", 2026),
            ("两", 2),
            ("12", 12),
            ("三万", 30_000),
            ("十", 10),
            ("一千二百三十四", 1234),
        ] {
            assert_eq!(number(text), Some((n, text.len())), "{text}");
        }
        assert_eq!(number("三四月"), None);
        assert_eq!(number("1234567890"), None);
    }

    #[test]
    fn sums() {
        for (text, fen) in [
            ("0.2元", 20),
            ("¥1.20", 120),
            ("两毛", 20),
            ("六角", 60),
            ("一块二", 120),
            ("三块五毛", 350),
            ("三元五角", 350),
            ("十二块五", 1250),
            ("10元整", 1000),
            ("叁元", 300),
            ("1块2", 120),
            ("5块", 500),
            ("2毛5", 25),
            ("一毛五分", 15),
            ("半块钱", 50),
            ("3块钱", 300),
            ("1.20", 120),
            ("零点二元", 20),
            ("1,200元", 120_000),
            (".5元", 50),
            ("三元零五分", 305),
            ("5分", 5),
            ("1万元", 1_000_000),
            ("0.2 元", 20),
            ("两块四", 240),
            ("两毫", 20),
            ("三毫子", 30),
            ("五蚊", 500),
            ("人民币贰元肆角整", 240),
        ] {
            assert_eq!(sum(text), Some(Sum { fen, len: text.len() }), "{text}");
        }
        for text in ["5", "三", "1.234", "3月", "5分钟", "3.5小时", "8点", "两毫米", "3毫升", ""] {
            assert_eq!(sum(text), None, "{text}");
        }
        assert_eq!(sum("两块一起交了"), Some(Sum { fen: 200, len: "两块".len() }));
        assert_eq!(above_one("块二交了"), Some(Sum { fen: 120, len: "块二".len() }));
        assert_eq!(above_one("块一交了"), None);
        assert_eq!(sum("5块3月的"), Some(Sum { fen: 500, len: "5块".len() }));
    }
}
