-- title: Long form
-- description: Long, well received comments, for models that must write more than a line
-- recipe: reddit-sft
-- param min_length: integer = 1000 -- characters
-- param max_length: integer = 10000 -- characters
-- param min_score: integer = 2
-- param without_authors: list = AutoModerator, [deleted] -- bots and accounts that are gone
SELECT id, author, subreddit, body, score, created_utc, link_id, parent_id, permalink,
       LENGTH(body) AS body_length
FROM comments
WHERE LENGTH(body) BETWEEN :min_length AND :max_length
  AND score >= :min_score
  AND COALESCE(author, '') NOT IN (:without_authors)
ORDER BY body_length DESC, id
