def stem(word):
    return word
