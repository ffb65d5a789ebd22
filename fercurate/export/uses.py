"""What may be done with pictures of faces that are labeled with expressions: a dated paragraph."""

USES = (
    "Labels are what observers saw in a face, not what a person felt; people agree about it only "
    "in part. In the European Union, systems that infer emotions of people at work or in education "
    "are prohibited since 2 February 2025, but for medical or safety reasons (Regulation (EU) "
    "2024/1689, Article 5(1)(f)); other emotion recognition is high-risk (Annex III), and people "
    "are to be told of it from 2 August 2026 on (Article 50(3)). As of November 2026; no legal "
    "advice."
)
