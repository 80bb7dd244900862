-- title: Bytes [31mred
-- description: a control sequence ]0;x and a bidi ‮ override
SELECT 1
