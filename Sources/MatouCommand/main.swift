print("matou")
