"""Characters that names use in more than one reading: each usual one is what somebody may type for it."""

_USUAL = """
长 chang zhang|重 zhong chong|朝 chao zhao|单 dan shan|厦 xia sha|晟 sheng cheng|洞 dong tong|乐 le yue|行 hang xing
都 du dou|会 hui kuai|曾 zeng ceng|仇 qiu chou|解 jie xie|区 qu ou|盖 gai ge|翟 zhai di|查 cha zha|尉 wei yu
蔚 wei yu|盛 sheng cheng|铅 qian yan|六 liu lu|蚌 bang beng|泌 mi bi|秘 mi bi|牟 mou mu|番 fan pan|荥 xing ying
莘 shen xin|涡 wo guo|阿 a e|柏 bai bo|薄 bo bao|堡 bao pu bu|埔 pu bu|车 che ju|藏 cang zang|传 chuan zhuan
调 diao tiao|和 he huo|降 jiang xiang|角 jiao jue|校 xiao jiao|劲 jin jing|卡 ka qia|壳 ke qiao|勒 le lei|率 lv shuai
绿 lv lu|露 lu lou|落 luo la|脉 mai mo|弹 dan tan|省 sheng xing|属 shu zhu|宿 su xiu|提 ti di|尾 wei yi|系 xi ji
削 xiao xue|血 xue xie|择 ze zhai|扎 zha za|种 zhong chong|万 wan mo|大 da dai|桔 ju jie|参 can shen|差 cha chai
给 gei ji|巷 xiang hang|浒 hu xu|覃 qin tan|谌 chen shen|隗 wei kui|洗 xi xian|折 zhe she|员 yuan yun|祭 ji zhai
缪 miao mou|朴 pu piao po|召 zhao shao|能 neng nai|奇 qi ji|茄 qie jia|伽 jia qie ga|圩 wei xu|峒 dong tong|侗 dong tong
浚 jun xun|渑 mian sheng|漯 luo ta|颉 jie xie|剥 bo bao|模 mo mu|强 qiang jiang|乾 qian gan|仔 zi zai|栅 zha shan
粘 nian zhan|轧 zha ya|钥 yao yue|镐 gao hao|铛 dang cheng|屏 ping bing|识 shi zhi|似 si shi|拓 tuo ta|澄 cheng deng
畜 chu xu|圈 quan juan|塞 sai se|色 se shai|沈 shen chen|俞 yu shu|贾 jia gu|隽 juan jun|佛 fo fu|犍 qian jian
筠 yun jun|歙 she xi|弄 nong long|泊 bo po|珲 hun hui|枞 zong cong|陉 xing jing|屯 tun zhun|棱 leng ling|峙 zhi shi
便 bian pian|叶 ye xie|宓 mi fu|乜 nie mie|黑 hei he|尺 chi che|度 du duo|恶 e wu
"""

#: Character → its usual readings, without tones.
USUAL = {entry[0]: entry[1:].split() for line in _USUAL.strip().splitlines() for entry in line.split("|")}
