"""What people of the rehearsal write: about nobody, in the words of such papers."""

from __future__ import annotations

from random import Random

_SENTENCES = (
    "值班备勤交接登记不够完整，部分班次交接未当面签字，责任已明确到值班室。",
    "窗口服务一次性告知落实不到位，已重新制作办事指南并张贴公示。",
    "学习安排与业务工作结合不够紧密，个别支部讨论时间不足。",
    "公务接待审批单与报销凭证逐笔核对，发现两处填写不规范，已当场补正。",
    "执法记录仪使用管理制度执行总体较好，个别岗位存在关机充电未登记情况。",
    "办公纪律抽查中发现迟到两人次，已由部门负责人提醒并记入考勤。",
    "制度汇编已按最新要求修订，新增请销假、值班、车辆管理三项流程。",
    "通过座谈、问卷等方式听取意见，意见主要集中在工作流程和反馈时效方面。",
    "对照问题清单逐项明确责任部门、责任岗位、整改措施和完成时限。",
    "整改措施已全部落实，相关台账经部门复核，资料归档备查。",
    "干部职工纪律意识有所增强，但经常性检查提醒仍有差距。",
    "会议传达了上级有关要求，研究了本单位纪律作风建设存在的突出问题。",
    "下一步将坚持每月自查、每季通报，推动问题整改常态化。",
    "组织观看警示教育片并开展分组讨论，形成讨论记录和个人体会。",
    "对文书流转、信息报送、会议组织等环节进行梳理，压缩不必要的环节。",
    "各部门报送的自查情况与实地抽查基本一致，未发现隐瞒不报情形。",
)
_PLACES = ("三楼会议室", "综合业务楼报告厅", "机关大会议室", "党员活动室")
_LECTURERS = ("州纪委监委宣传部", "州委党校", "政治部主任", "本单位主要领导")


def sentences(random: Random, least: int, most: int = 0) -> str:
    """A text of at least `least` characters, and of at most `most` where that is not 0."""
    text = ""
    while not text or len(text) < least:
        text += random.choice(_SENTENCES)
    return text[:most] if most else text


def place(random: Random) -> str:
    return random.choice(_PLACES)


def lecturer(random: Random) -> str:
    return random.choice(_LECTURERS)
