//! Whether what stands where a name stands can be somebody's name at all: 替秦雨, not 替祖国. Names of the roster are not
//! asked here.

const SINGLE: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡文寇广禄阙东欧沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查荆红游竺权盖益桓公闫肖丘付代覃佟仝上官粟苟岳帅亓官迟展辜操冼植海战佘初原苑矫隋逯鹿扎孛次区达旺洛格德尼丹央拉吐热依帕迪玛哈托赛买努其额斯娜图朝特布占由才寸刀";
const DOUBLE: &[&str] =
    &["欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "长孙", "宇文", "司徒", "夏侯", "令狐", "端木", "百里", "呼延", "南宫"];
/// Begin with a surname, and are nobody.
const NOBODY: &[&str] = &[
    "全班",
    "全家",
    "全国",
    "全世",
    "全体",
    "全校",
    "全院",
    "全人类",
    "国家",
    "祖国",
    "党和",
    "党中央",
    "党组织",
    "党旗",
    "公家",
    "公司",
    "公益",
    "成龙",
    "马云",
    "马化腾",
    "马斯克",
    "马克思",
    "关羽",
    "张飞",
    "刘备",
    "曹操",
    "孙悟空",
    "唐僧",
    "诸葛亮",
    "秦始皇",
    "武则天",
    "李白",
    "杜甫",
    "鲁迅",
    "雷锋",
    "毛主席",
    "爱因斯坦",
    "广大",
    "东西",
    "那边",
    "那个",
    "那位",
    "时代",
    "明天",
    "明年",
    "明星",
    "上面",
    "红十字",
    "希望",
    "慈善",
    "山区",
    "红军",
    "路人",
    "路边",
    "席",
    "常委",
    "高层",
    "富人",
    "万物",
    "众",
    "苍天",
    "双方",
    "步",
    "强者",
    "利息",
    "居委",
    "和平",
    "居民",
    "别的",
    "向日",
    "平台",
    "计算机",
    "养老院",
    "包子",
    "花花",
    "金主",
    "海外",
    "房东",
    "贾宝玉",
    "林黛玉",
    "牛",
    "鱼",
    "羊群",
    "鹿",
];

/// Whether a person may be called so.
pub(in crate::language) fn plausible(name: &str) -> bool {
    let Some(first) = name.chars().next() else { return false };
    let known = SINGLE.contains(first) || DOUBLE.iter().any(|d| name.starts_with(d)) || matches!(first, '小' | '老' | '阿') || name.contains('·');
    known && !NOBODY.iter().any(|n| name.starts_with(n) && (n.chars().count() > 1 || name == *n))
}

/// Provinces and cities that begin as a name might.
const PLACES: &str = "江苏 江西 安徽 云南 贵州 广东 广西 海南 河北 河南 湖北 湖南 宁夏 山东 山西 陕西 甘肃 吉林 辽宁 青海 台湾 西藏 香港 新疆 重庆 福建 浙江 澳门 上海 北京 天津 四川 \
    黑龙江 内蒙古 南京 苏州 常州 杭州 温州 宁波 金华 广州 成都 武汉 郑州 洛阳 柳州 贵阳 安顺 东莞 沈阳 石家庄 秦皇岛 马鞍山 连云港 景德镇 平顶山 牡丹江 齐齐哈尔 乌鲁木齐 长沙 合肥 \
    南昌 福州 厦门 济南 青岛 太原 西安 兰州 银川 西宁 昆明 南宁 海口 三亚 桂林 大连 长春 哈尔滨 深圳 珠海 佛山 余庆 遵义 华东 华南 华北 华中 东北 西南 西北 江南 江北 农村 乡下 山区";

/// Whether it is a place rather than somebody: 江苏, 余庆县.
pub(in crate::language) fn place(name: &str) -> bool {
    PLACES.split_whitespace().any(|p| p == name)
        || name.chars().count() > 2 && name.ends_with(['省', '市', '县', '区', '镇', '乡', '村', '州', '校', '院', '厂'])
}

#[cfg(test)]
mod tests {
    use super::{place, plausible};

    #[test]
    fn who_may_be_somebody() {
        for name in ["秦雨", "欧阳修远", "小刘", "买买提·艾力", "高兴", "付玉"] {
            assert!(plausible(name), "{name}");
        }
        for name in ["国家", "祖国", "秦始皇", "全班同", "希望工程", ""] {
            assert!(!plausible(name), "{name}");
        }
        assert!(["江苏", "余庆县", "云南"].into_iter().all(place) && !place("江苏宁") && !place("安然"));
    }
}
